import type { ObjectId } from '@joinery/base';
import type { CenterStore } from '@joinery/store/center';

type EntitledObject = Awaited<ReturnType<CenterStore['reader']['readObjects']>>[number];

/** Shows the rows' own ids where the directory has object ids: in `objectId` of the mappings, and in the report. */
export class SourceIds {
  readonly #imports: CenterStore['imports'];
  readonly #source: string;

  constructor(imports: CenterStore['imports'], source: string) {
    this.#imports = imports;
    this.#source = source;
  }

  of(objectIds: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, string>> {
    return this.#imports.findSourceIds(this.#source, objectIds);
  }

  async show(objects: readonly EntitledObject[]): Promise<readonly EntitledObject[]> {
    const ids = await this.of(objects.map((object) => object.id));
    return objects.map((object) => {
      const rowId = ids.get(object.id);
      return rowId === undefined
        ? object
        : { ...object, attributes: new Map(object.attributes).set('objectId', rowId) };
    });
  }
}
