/** Kinds of material and the materials in them. `other` holds whatever is none of these. */
export const materials = {
  wood: ["oak", "walnut", "beech", "pine", "ash", "maple", "teak", "bamboo", "cork"],
  metals: ["steel", "stainless steel", "aluminium", "brass", "copper", "bronze", "iron", "zinc"],
  ceramics: ["porcelain", "stoneware", "earthenware"],
  glass: ["float glass", "tempered glass", "stained glass", "crystal"],
  concrete: ["cement", "terrazzo", "microcement"],
  plastics: ["acrylic", "pvc", "polypropylene", "polycarbonate", "vinyl", "resin"],
  textiles: ["cotton", "linen", "wool", "velvet", "silk", "leather", "polyester"],
  stone: ["marble", "granite", "slate", "travertine", "limestone", "quartzite", "sandstone", "basalt"],
  composites: ["mdf", "laminate", "engineered stone", "fibreglass", "carbon fibre", "wpc"],
  other: [],
} as const satisfies Record<string, readonly string[]>;

/** A kind of material. */
export type MaterialCategory = keyof typeof materials;

/** All kinds of material. */
export const materialCategories = Object.keys(materials) as [MaterialCategory, ...MaterialCategory[]];

/** Kinds of product and their kinds. */
export const products = {
  tiles: ["floor", "wall", "mosaic", "outdoor", "specialty"],
  decor: ["wall_decor", "sculptures", "vases", "panels", "ornaments"],
  lighting: ["ceiling", "wall", "floor_lamps", "table_lamps", "outdoor", "specialty"],
  furniture: [],
  other: [],
} as const satisfies Record<string, readonly string[]>;

/** A kind of product. */
export type ProductCategory = keyof typeof products;

/** All kinds of product. */
export const productCategories = Object.keys(products) as [ProductCategory, ...ProductCategory[]];

/** The kind of material a named material belongs to; null if the taxonomy does not know the name. */
export function categoryOfMaterial(material: string): MaterialCategory | null {
  const name = material.trim().toLowerCase();
  return materialCategories.find((category) => (materials[category] as readonly string[]).includes(name)) ?? null;
}
