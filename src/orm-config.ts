import { ormOptions } from './database/orm.js';

/** For the command line of MikroORM: `DATABASE_URL=… npx mikro-orm migration:list`. */
export default ormOptions({ url: process.env['DATABASE_URL'] ?? 'postgres://127.0.0.1/outdial', poolSize: 2 });
