import type { Language } from "../language/detect-language.ts";

/** Sentences the stand-in says of itself, because no input holds them. */
export interface Sayings {
  hello: string;
  welcome: string;
  /** Nothing in what was given answers the question. */
  unknown: (topic: string) => string;
  /** Leads in what was found in the conversation. */
  about: (topic: string) => string;
  noResult: string;
}

export const sayings: Record<Language, Sayings> = {
  en: {
    hello: "Hello! How can I help you?",
    welcome: "You are welcome.",
    unknown: (topic) => `Nothing I was given answers this. If you tell me more about ${topic}, I can help.`,
    about: (topic) => `About ${topic}:`,
    noResult: "I found nothing on that.",
  },
  de: {
    hello: "Hallo! Wie kann ich helfen?",
    welcome: "Gern geschehen.",
    unknown: (topic) => `Dazu liegt mir nichts vor. Mit mehr Angaben zu ${topic} kann ich helfen.`,
    about: (topic) => `Zu ${topic}:`,
    noResult: "Dazu habe ich nichts gefunden.",
  },
  es: {
    hello: "¡Hola! ¿En qué puedo ayudarle?",
    welcome: "De nada.",
    unknown: (topic) => `No tengo información sobre esto. Si me cuenta más sobre ${topic}, puedo ayudarle.`,
    about: (topic) => `Sobre ${topic}:`,
    noResult: "No he encontrado nada al respecto.",
  },
  fr: {
    hello: "Bonjour ! Comment puis-je vous aider ?",
    welcome: "Avec plaisir.",
    unknown: (topic) => `Je n'ai rien à ce sujet. Avec plus de précisions sur ${topic}, je pourrai vous aider.`,
    about: (topic) => `Au sujet de ${topic} :`,
    noResult: "Je n'ai rien trouvé à ce sujet.",
  },
  it: {
    hello: "Buongiorno! Come posso aiutarla?",
    welcome: "Prego.",
    unknown: (topic) => `Non ho informazioni su questo. Se mi dice di più su ${topic}, posso aiutarla.`,
    about: (topic) => `A proposito di ${topic}:`,
    noResult: "Non ho trovato nulla al riguardo.",
  },
  zh: {
    hello: "您好！有什么可以帮您？",
    welcome: "不客气。",
    unknown: (topic) => `现有资料没有回答这个问题。请补充关于${topic}的信息。`,
    about: (topic) => `关于${topic}：`,
    noResult: "没有找到相关内容。",
  },
};

/** A greeting or thanks answered in kind; null for anything else. */
export function smallTalk(message: string, language: Language): string | null {
  const plain = message.trim();
  if (
    /^(?:hi|hello|hey|hallo|guten (?:tag|morgen|abend)|hola|bonjour|buongiorno|ciao|moin|你好|您好)[\s!.,，。]*$/i.test(
      plain,
    )
  ) {
    return sayings[language].hello;
  }
  if (/^(?:thanks?(?: you)?|danke(?: schön)?|gracias|merci|grazie|谢谢)[\s!.。]*$/i.test(plain)) {
    return sayings[language].welcome;
  }
  return null;
}
