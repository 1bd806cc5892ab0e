/** Fetched once the page stands: the first sight of the other must not wait for it. */
export { default as MeetingPlace } from './MeetingPlace.svelte';
export { default as NamePlace } from './NamePlace.svelte';
