export { isDatabaseAway } from './away';
export { openDatabase, type DatabasePlace } from './connection';
export { DataFolderInUse } from './data-folder-lock';
export { IN_MEMORY, type Database, type Db, type Tx } from './database';
