const NEXT_MAX = 500;

/**
 * Where to go after logging in: what `?next=` names if it is a path of this site, else the first
 * page. Judged as the browser will read it: tabs are dropped, `\` is taken for `/`, dots are walked.
 */
export function safeNext(url: URL): string {
	const wish = url.searchParams.get('next') ?? '';
	if (wish.length > NEXT_MAX || !/^\/(?![/\\])[^\\\p{Cc}]*$/u.test(wish)) return '/';
	if (!URL.canParse(wish, url.origin)) return '/';
	const { origin, pathname, search, hash } = new URL(wish, url.origin);
	// `/.//elsewhere` comes out as `//elsewhere`, which is another host.
	if (origin !== url.origin || pathname.startsWith('//')) return '/';
	return `${pathname}${search}${hash}`;
}

/** The same page with the way on kept, for links between "Log in", "Register" and "Keep". */
export function withNext(path: string, next: string): string {
	return next === '/' ? path : `${path}?next=${encodeURIComponent(next)}`;
}
