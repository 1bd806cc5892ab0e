import { busContract } from './bus.contract';
import { createMemoryHub } from './memory';

busContract('in memory', async () => ({ ...createMemoryHub(), close: async () => {} }));
