export * from './here-window';
export * from './life';
export * from './meeting';
export * from './proximity';
export * from './sharing';
