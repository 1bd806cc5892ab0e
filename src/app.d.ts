import type { PersonKind } from '$lib/meeting';
import type { Login } from '$lib/server/auth/auth';

declare global {
	namespace App {
		interface Locals {
			/**
			 * Who is asking, by cookie or bearer token; null for strangers. Reading it ends in the page that
			 * says the server can't right now where `isLoginKnown` is false.
			 */
			login: Login | null;
			/** False while the database is away. */
			isLoginKnown: boolean;
			/** How he was recognised: a cookie needs the page's own Origin, a token does not. */
			loginBy: 'cookie' | 'token' | null;
		}
		interface PageData {
			/** Who is looking, as the layout says; null for strangers. */
			me?: { readonly id: string; readonly kind: PersonKind; readonly displayName: string } | null;
		}
		interface Error {
			message: string;
			code?: string;
		}
	}
}

export {};
