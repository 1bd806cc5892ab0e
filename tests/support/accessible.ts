import AxeBuilder from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Person } from '../person';

/** What the person looks at is free of what axe can find. */
export async function isAccessible({ name, page }: Pick<Person, 'name' | 'page'>): Promise<void> {
	const { violations } = await new AxeBuilder({ page })
		.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
		.analyze();
	const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
	expect(found, `${name} at ${new URL(page.url()).pathname}`).toEqual([]);
}
