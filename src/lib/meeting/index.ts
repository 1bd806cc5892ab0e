export * from './here-window';
export * from './life';
export * from './meeting';
export * from './person';
export * from './proximity';
export * from './sharing';
