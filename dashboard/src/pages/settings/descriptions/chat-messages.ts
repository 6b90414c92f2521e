import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of chats and memory do. In English as the database says it. */
export const chatSettings = defineMessages({
  "ai.chat.client_grace": [
    "How long a chat's answer is written on after its client has gone, so that it can come back for it.",
    "Wie lange eine Antwort des Chats weitergeschrieben wird, nachdem ihr Client gegangen ist, damit er zu ihr zurückkehren kann.",
    "Combien de temps une réponse du chat continue à s’écrire après le départ de son client, pour qu’il puisse y revenir.",
    "Cuánto tiempo se sigue escribiendo una respuesta del chat cuando su cliente se ha ido, para que pueda volver a ella.",
  ],
  "ai.chat.slice": [
    "How long an agent works within one request, up to the end of a step; then it goes on as a job, in further requests.",
    "Wie lange ein Agent innerhalb einer Anfrage arbeitet, bis zum Ende eines Schritts; danach geht es als Auftrag weiter, in weiteren Anfragen.",
    "Combien de temps un agent travaille dans une requête, jusqu’à la fin d’une étape ; puis il continue comme travail, dans d’autres requêtes.",
    "Cuánto trabaja un agente dentro de una solicitud, hasta el final de un paso; después sigue como trabajo, en más solicitudes.",
  ],
  "ai.chat.summary": [
    "Whether what leaves the context of a long conversation is summed up, by a request of conversation-summary every twenty messages.",
    "Ob zusammengefasst wird, was den Kontext eines langen Gesprächs verlässt, durch eine Anfrage an conversation-summary alle zwanzig Nachrichten.",
    "Si ce qui sort du contexte d’une longue conversation est résumé, par une requête à conversation-summary tous les vingt messages.",
    "Si se resume lo que sale del contexto de una conversación larga, con una solicitud a conversation-summary cada veinte mensajes.",
  ],
  "ai.chat.titles": [
    "What a new conversation is called: its first words, or what a model says it is about, which is a small request of its own.",
    "Wie ein neues Gespräch heißt: nach seinen ersten Worten (words), oder wie ein Modell es nennt (model), was eine kleine Anfrage für sich ist.",
    "Le nom d’une nouvelle conversation : ses premiers mots (words), ou ce qu’un modèle en dit (model), ce qui est une petite requête de plus.",
    "Cómo se llama una conversación nueva: por sus primeras palabras (words), o por lo que un modelo dice de ella (model), que es una pequeña solicitud aparte.",
  ],
  "ai.conversation.insights": [
    "Whether summaries, topics and mood of conversations are refreshed by themselves after turns. Off: only where somebody asks.",
    "Ob Zusammenfassungen, Themen und Stimmung von Gesprächen nach jeder Runde von selbst erneuert werden. Aus: nur wo jemand danach fragt.",
    "Si les résumés, thèmes et humeur des conversations sont renouvelés d’eux-mêmes après chaque tour. Désactivé : seulement sur demande.",
    "Si los resúmenes, temas y ánimo de las conversaciones se renuevan solos tras cada turno. Desactivado: solo donde alguien lo pida.",
  ],
  "ai.memory.context_ttl": [
    "How long a memory of type context, the passing kind, is recalled.",
    "Wie lange eine Erinnerung der vergänglichen Art context in Erinnerung gerufen wird.",
    "Combien de temps un souvenir du type context, le passager, est rappelé.",
    "Cuánto tiempo se recuerda un recuerdo del tipo context, el pasajero.",
  ],
  "ai.memory.enabled": [
    "Whether assistants take notes of conversations and are reminded of earlier ones. Off: nothing is noted or recalled; one's own history is still searched, and what is noted stays until erased.",
    "Ob Assistenten sich aus Gesprächen Notizen machen und an frühere erinnert werden. Aus: nichts wird notiert oder erinnert; der eigene Verlauf wird weiter durchsucht, und Notiertes bleibt, bis es gelöscht wird.",
    "Si les assistants prennent des notes des conversations et se rappellent les précédentes. Désactivé : rien n’est noté ni rappelé ; l’historique propre reste consultable, et ce qui est noté reste jusqu’à son effacement.",
    "Si los asistentes toman notas de las conversaciones y recuerdan las anteriores. Desactivado: no se anota ni se recuerda nada; el historial propio se sigue buscando, y lo anotado queda hasta que se borre.",
  ],
});
