import { runCommand, say } from './command';
import { readWish } from './seed-wish';
import { report, seed } from './seeding';

/* `npm run seed`: two people with a running meeting, for trying things out. */
await runCommand(async () => {
	const origin = readWish(process.argv.slice(2));
	say(report(origin, await seed({ origin, fetch })));
});
