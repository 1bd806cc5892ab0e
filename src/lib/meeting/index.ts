export * from './here-window';
export * from './life';
export * from './meeting';
export * from './person';
export * from './proximity';
export * from './request';
export * from './sharing';
export * from './travel';
