export const FRAMES_MAX = 200;

/** `note`: what happened to the connection itself. */
export type Direction = 'in' | 'out' | 'note';

export interface Frame {
	readonly id: number;
	readonly atMs: number;
	readonly direction: Direction;
	readonly type: string;
	readonly text: string;
}

/** What went over the wire, as it was: also what the rules would not let pass. */
export function toFrame(id: number, atMs: number, direction: 'in' | 'out', raw: string): Frame {
	try {
		const content: unknown = JSON.parse(raw);
		const type =
			typeof content === 'object' && content !== null && 'type' in content
				? String(content.type)
				: '?';
		return { id, atMs, direction, type, text: JSON.stringify(content, null, 2) };
	} catch {
		return { id, atMs, direction, type: '?', text: raw };
	}
}

/** Newest first, and never more than can be read. */
export function withFrame(frames: readonly Frame[], frame: Frame): readonly Frame[] {
	return [frame, ...frames].slice(0, FRAMES_MAX);
}
