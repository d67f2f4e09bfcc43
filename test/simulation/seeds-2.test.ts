import { checkSeeds } from './check-seeds.ts';

checkSeeds(101, 100);
