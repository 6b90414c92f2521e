import { stem, words } from "./words.ts";

/**
 * What the stand-in knows of the world: words of several languages that mean or imply the same. It stands in for a model's general
 * knowledge, so that "Eiche" is found to be wood although the two share no letters.
 */
const concepts: Record<string, string> = {
  // Materials and products
  wood:
    "wood wooden holz oak eiche walnut nussbaum pine kiefer ash esche beech buche maple ahorn birch birke teak timber veneer furnier " +
    "parquet parkett plywood sperrholz mdf bamboo bambus madera roble bois chêne legno rovere",
  metal:
    "metal metall steel stahl edelstahl stainless aluminium aluminum brass messing copper kupfer iron eisen zinc zink bronze chrome " +
    "acero acier acciaio",
  ceramic:
    "ceramic keramik porcelain porzellan feinsteinzeug stoneware steinzeug earthenware steingut terracotta glazed glasiert cerámica",
  porcelain: "porcelain porzellan feinsteinzeug gres porcelánico",
  glass: "glass glas glasmosaik vidrio verre vetro mirror spiegel",
  concrete: "concrete beton cement zement terrazzo screed estrich hormigón béton",
  plastic: "plastic kunststoff pvc vinyl acrylic acryl polycarbonate resin epoxy epoxid polyurethane plástico",
  textile:
    "textile textil fabric stoff cotton baumwolle wool wolle linen leinen silk seide velvet samt polyester carpet teppich upholstery polster",
  stone:
    "stone stein naturstein natural marble marmor granite granit slate schiefer limestone kalkstein travertine travertin sandstone " +
    "sandstein quartzite quarzit onyx basalt mármol marbre marmo",
  composite: "composite verbund verbundwerkstoff laminate laminat hpl fiberglass glasfaser wpc quartz quarzkomposit",
  tile: "tile tiles fliese fliesen kachel azulejo carrelage piastrella mosaic mosaik porcelain feinsteinzeug",
  floor: "floor flooring boden fußboden bodenbelag suelo sol pavimento parquet parkett laminate",
  wall: "wall wand wandbelag pared mur parete backsplash",
  mosaic: "mosaic mosaik mosaico mosaïque",
  outdoor: "outdoor außen außenbereich terrace terrasse garden garten patio balcony balkon",
  lighting:
    "light lighting licht lamp lampe leuchte led pendant pendelleuchte chandelier kronleuchter lumen watt kelvin sconce",
  ceiling: "ceiling decke deckenleuchte techo plafond soffitto",
  furniture:
    "furniture möbel chair stuhl table tisch sofa couch bed bett shelf regal cabinet schrank desk schreibtisch armchair sessel",
  decor: "decor dekoration deko vase sculpture skulptur ornament panel figurine wandbild",
  // Business mail and sales
  order: "order bestellung bestelle purchase kauf kaufen pedido commande ordine",
  invoice: "invoice rechnung billing bill payment zahlung mahnung factura facture fattura",
  complaint:
    "complaint beschwerde reklamation broken defekt kaputt damaged beschädigt disappointed enttäuscht refund erstattung unacceptable",
  sample: "sample muster probe testmuster kostprobe muestra échantillon campione",
  support: "support help hilfe problem error fehler issue funktioniert login passwort password troubleshoot",
  pricing:
    "price preis pricing kosten cost quote angebot offer discount rabatt teuer expensive precio prix prezzo budget",
  meeting: "meeting termin appointment besprechung call anruf telefonat demo reunión rendez-vous",
  delivery: "delivery lieferung lieferzeit shipping versand entrega livraison consegna",
  cancellation: "cancel kündigen kündigung stornieren unsubscribe abbestellen terminate",
  objection: "objection einwand teuer expensive competitor wettbewerber bedenken think überlegen",
  chef: "chef koch küchenchef küche kitchen sous cook cocinero cuisinier",
  buyer: "buyer einkauf einkäufer purchasing procurement beschaffung comprador acheteur",
  owner: "owner inhaber inhaberin eigentümer geschäftsführer geschäftsführerin ceo founder gründer dueño propriétaire",
  manager: "manager leiter leiterin director direktor head",
  whatsapp: "whatsapp wa",
  email: "email e-mail mail",
  phone: "phone call telefon anruf anrufen mobile handy",
  // Moods and degrees
  positive:
    "great good excellent love happy thanks thank perfect wonderful satisfied super gut toll danke zufrieden begeistert prima gerne " +
    "excelente gracias merci parfait ottimo grazie amazing impressed helpful friendly freundlich",
  negative:
    "bad terrible awful hate angry disappointed poor worst problem schlecht furchtbar enttäuscht ärgerlich wütend leider mangelhaft " +
    "malo mauvais pessimo unacceptable late verspätet rude unfreundlich slow",
  urgent:
    "urgent dringend immediately sofort asap today heute tomorrow morgen deadline critical kritisch emergency notfall schnell urgente",
  intent:
    "buy kaufen budget demo quote angebot pricing trial test interested interessiert interesse ready start starten contract vertrag " +
    "decision entscheidung rollout order bestellen meeting termin qualified proposal signed approved freigegeben evaluate",
  reluctance:
    "unsubscribe uninteressiert spam student private privat newsletter later später maybe vielleicht bounced invalid ungültig ghosting " +
    "inactive inaktiv lost verloren competitor student freemail",
  question: "question frage wissen wondering pregunta domanda how wie what was",
  safety: "safety sicherheit slip rutsch rutschhemmung fire brandschutz warning warnung hazard gefahr",
  company: "company firma unternehmen gmbh ag ltd inc llc empresa société azienda",
};

const byStem = new Map<string, string[]>();
for (const [name, text] of Object.entries(concepts)) {
  for (const key of new Set(words(text).map(stem))) byStem.set(key, [...byStem.get(key) ?? [], name]);
}

/** Concepts that a stem belongs to; long German compounds also by the word they end in. */
export function conceptsOf(key: string): readonly string[] {
  const direct = byStem.get(key);
  if (direct !== undefined) return direct;
  for (let cut = 3; cut <= key.length - 4; cut += 1) {
    const found = byStem.get(key.slice(cut));
    if (found !== undefined) return found;
  }
  return [];
}

const names = new Map(Object.keys(concepts).map((name) => [stem(name), name]));

/** Concept named by any of the stems; null when none is. */
export function namedConcept(keys: readonly string[]): string | null {
  for (const key of keys) {
    const name = names.get(key) ?? byStem.get(key)?.[0];
    if (name !== undefined) return name;
  }
  return null;
}

/** How many different words of a concept occur among the stems. */
export function conceptHits(concept: string, keys: Iterable<string>): number {
  const hits = new Set<string>();
  for (const key of keys) if (conceptsOf(key).includes(concept)) hits.add(key);
  return hits.size;
}
