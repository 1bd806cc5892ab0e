export * from './client-messages';
export * from './close';
export * from './fields';
export * from './limits';
export * from './refusals';
export * from './rest';
export * from './server-messages';
export * from './translate';
