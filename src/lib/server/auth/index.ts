export type { Auth, Credentials, Login, LoginCookie } from './auth';
export { createAuth } from './lucia-auth';
