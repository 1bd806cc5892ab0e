import { answeringRequest } from '../../../request-answers';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = answeringRequest('accept');
