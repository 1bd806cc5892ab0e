export * from './track';
export * from './distance';
export * from './position';
export * from './send-cadence';
export * from './walk';
