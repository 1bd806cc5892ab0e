import { test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { openApiDocument } from '$lib/protocol/openapi';
test('x', () => writeFileSync('/tmp/openapi.json', JSON.stringify(openApiDocument(), null, 1)));
