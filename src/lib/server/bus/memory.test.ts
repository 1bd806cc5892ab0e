import { busContract } from './bus.contract';
import { createMemoryHub } from './memory';
import { relayContract } from './relay.contract';

const open = async () => ({ ...createMemoryHub(), close: async () => {} });

busContract('in memory', open);
relayContract('in memory', open);
