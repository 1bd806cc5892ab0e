import type { Plugin } from 'vite';
export function gatewayInDev(): Plugin {
	return { name: 'meetup-gateway' };
}
