import { defineMessages } from "../../i18n/messages.ts";

/** Titles and descriptions of the tools an organization begins with, in English as the database says them to models. */
export const firstToolMessages = defineMessages({
  calculator: ["Calculator", "Rechner", "Calculatrice", "Calculadora"],
  calculatorDoes: [
    "Computes an arithmetic expression exactly: + - * / % ^, brackets, sqrt, round, min, max. Use it for every calculation.",
    "Rechnet einen Ausdruck genau aus: + - * / % ^, Klammern, sqrt, round, min, max. Für jede Rechnung zu verwenden.",
    "Calcule exactement une expression : + - * / % ^, parenthèses, sqrt, round, min, max. À utiliser pour tout calcul.",
    "Calcula con exactitud una expresión: + - * / % ^, paréntesis, sqrt, round, min, max. Para usar en todo cálculo.",
  ],
  knowledgeSearch: ["Knowledge search", "Wissenssuche", "Recherche de connaissances", "Búsqueda de conocimiento"],
  knowledgeSearchDoes: [
    "Searches the organization's documents and gives the passages that fit best, with their sources.",
    "Durchsucht die Dokumente der Organisation und gibt die passendsten Passagen mit ihren Quellen.",
    "Cherche dans les documents de l’organisation et donne les passages les plus pertinents, avec leurs sources.",
    "Busca en los documentos de la organización y da los pasajes que mejor encajan, con sus fuentes.",
  ],
  memorySearch: ["Memory search", "Suche im Gedächtnis", "Recherche en mémoire", "Búsqueda en la memoria"],
  memorySearchDoes: [
    "Searches what is remembered of this person from earlier conversations.",
    "Durchsucht, was von dieser Person aus früheren Gesprächen in Erinnerung ist.",
    "Cherche ce dont on se souvient de cette personne dans les conversations précédentes.",
    "Busca lo que se recuerda de esta persona de conversaciones anteriores.",
  ],
  findLeads: ["Lead look-up", "Leads nachschlagen", "Consultation de prospects", "Consulta de clientes potenciales"],
  findLeadsDoes: [
    "Finds leads by name, company, e-mail or notes, with their status, class and scores.",
    "Findet Leads nach Name, Firma, E-Mail oder Notizen, mit Status, Klasse und Werten.",
    "Trouve des prospects par nom, entreprise, e-mail ou notes, avec leur statut, leur classe et leurs scores.",
    "Encuentra clientes potenciales por nombre, empresa, correo o notas, con su estado, clase y puntuaciones.",
  ],
  noteLead: ["Lead note", "Notiz zum Lead", "Note sur un prospect", "Nota sobre un cliente potencial"],
  noteLeadDoes: [
    "Adds a note to a lead found before.",
    "Fügt einem vorher gefundenen Lead eine Notiz hinzu.",
    "Ajoute une note à un prospect trouvé auparavant.",
    "Añade una nota a un cliente potencial encontrado antes.",
  ],
  classifyMaterial: [
    "Material classification",
    "Materialbestimmung",
    "Classification de matériau",
    "Clasificación de material",
  ],
  classifyMaterialDoes: [
    "Classifies the description of a material or product: material, category, properties.",
    "Ordnet die Beschreibung eines Materials oder Produkts ein: Material, Kategorie, Eigenschaften.",
    "Classe la description d’un matériau ou d’un produit : matériau, catégorie, propriétés.",
    "Clasifica la descripción de un material o producto: material, categoría, propiedades.",
  ],
  httpRequest: ["Web request", "Web-Anfrage", "Requête web", "Solicitud web"],
  httpRequestDoes: [
    "Requests a page or an interface of an allowed host and gives what it answers.",
    "Fragt eine Seite oder Schnittstelle eines erlaubten Hosts ab und gibt, was sie antwortet.",
    "Demande une page ou une interface d’un hôte autorisé et donne sa réponse.",
    "Pide una página o interfaz de un host permitido y da lo que responde.",
  ],
});
