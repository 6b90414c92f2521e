import { answerSettings } from "./descriptions/answer-messages.ts";
import { applicationSettings } from "./descriptions/application-messages.ts";
import { chatSettings } from "./descriptions/chat-messages.ts";
import { gatewaySettings } from "./descriptions/gateway-messages.ts";
import { generalSettings } from "./descriptions/general-messages.ts";
import { knowledgeSettings } from "./descriptions/knowledge-messages.ts";
import { logSettings } from "./descriptions/log-messages.ts";
import { moneySettings } from "./descriptions/money-messages.ts";

/** What every setting does, by its key; in English as the database says it (tests/architecture/database-texts.test.ts). */
export const settingDescriptions = {
  ...answerSettings,
  ...applicationSettings,
  ...chatSettings,
  ...gatewaySettings,
  ...generalSettings,
  ...knowledgeSettings,
  ...logSettings,
  ...moneySettings,
};
