/** What the lists of requests and friends depend on: read anew when the inbox has news. */
export const NEWS = 'meetup:news';
