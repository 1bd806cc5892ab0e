// The last resort on a bare Debian or Ubuntu machine: its own packages, where we may install them.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const POLICY = '/usr/sbin/policy-rc.d';
const CLUSTERS = '/etc/postgresql-common/createcluster.conf';
let updated = false;

export function canApt() {
	return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

/**
 * Installs packages and nothing they merely recommend. No service of theirs is started, and Debian
 * makes no PostgreSQL cluster of its own: the tests start private ones. Answers whether it worked.
 * @param {string[]} packages
 */
export function aptInstall(packages) {
	if (!canApt()) return false;
	console.log(`Installing ${packages.join(', ')} with apt-get …`);
	updated ||= apt(['update']);
	const policyIsOurs = !existsSync(POLICY);
	// What invoke-rc.d asks before it starts a service: 101 means "not allowed"
	// (https://people.debian.org/~hmh/invokerc.d-policyrc.d-specification.txt).
	if (policyIsOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
	try {
		if (packages.includes('postgresql')) keepFromMakingClusters();
		return apt(['install', '-y', '--no-install-recommends', ...packages]);
	} finally {
		if (policyIsOurs) rmSync(POLICY, { force: true });
	}
}

/** Must be said between the installation of postgresql-common and that of a server. */
function keepFromMakingClusters() {
	if (existsSync(CLUSTERS)) return;
	apt(['install', '-y', '--no-install-recommends', 'postgresql-common']);
	writeFileSync(CLUSTERS, '# Written by `npm test` of MeetUp.\ncreate_main_cluster = false\n');
}

/** @param {string[]} args */
function apt(args) {
	const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
		encoding: 'utf8',
		env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
	});
	if (status !== 0) console.error(`apt-get ${args[0]} failed:\n${stdout}${stderr}`);
	return status === 0;
}
