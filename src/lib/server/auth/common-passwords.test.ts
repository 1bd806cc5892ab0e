import { expect, test } from 'vitest';
import { isCommonPassword } from './common-passwords';

test.each(['password', '12345678', 'qwertyuiop', 'PassWord', 'FOOTBALL', 'iloveyou'])(
	'%s is what everybody tries first',
	async (password) => {
		expect(await isCommonPassword(password)).toBe(true);
	},
);

test.each(['four cups of tea', 'Bergamot-7-lanterns', 'tr0ub4dor&3x', ''])(
	'%j is nothing that many people use',
	async (password) => {
		expect(await isCommonPassword(password)).toBe(false);
	},
);
