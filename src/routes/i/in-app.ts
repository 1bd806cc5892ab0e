/**
 * Whether a page runs inside another app, where the location prompt often never comes: Facebook,
 * Messenger, Instagram, LINE, WeChat, Snapchat, TikTok and others name themselves, and Android's
 * WebView marks itself with "; wv)".
 */
export function isInsideApp(userAgent: string): boolean {
	return /FBAN|FBAV|FB_IAB|Instagram|\bLine\/|MicroMessenger|Snapchat|musical_ly|TikTok|BytedanceWebview|Twitter for|LinkedInApp|GSA\/|; wv\)/i.test(
		userAgent,
	);
}
