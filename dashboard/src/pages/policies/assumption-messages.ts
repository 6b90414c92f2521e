import { defineMessages } from "../../i18n/messages.ts";

/** What a simulation assumes, in English as the database says it (simulate_policy). */
export const assumptionMessages = defineMessages({
  figures: [
    "Figures are of the covered requests of the sample; requests from the cache, refused ones, embeddings and models named by the caller are left out.",
    "Die Zahlen gelten für die erfassten Anfragen der Stichprobe; Anfragen aus dem Cache, abgelehnte, Einbettungen und vom Aufrufer genannte Modelle sind ausgelassen.",
    "Les chiffres portent sur les requêtes couvertes de l’échantillon ; celles du cache, les refusées, les plongements et les modèles nommés par l’appelant sont laissés de côté.",
    "Las cifras son de las solicitudes cubiertas de la muestra; se dejan fuera las de la caché, las rechazadas, las incrustaciones y los modelos nombrados por quien llama.",
  ],
  tokens: [
    "Another model would have read as many tokens, none of them from its cache, and written as many as beside the model that answered in requests both answered, the bounds reaching to equally many; where those are under 30, as many, at least half and at most twice.",
    "Ein anderes Modell hätte ebenso viele Tokens gelesen, keines davon aus seinem Cache, und so viele geschrieben wie neben dem Modell, das antwortete, in Anfragen, die beide beantworteten; die Schranken reichen bis zu gleich vielen. Wo das unter 30 sind, ebenso viele, mindestens die Hälfte und höchstens das Doppelte.",
    "Un autre modèle aurait lu autant de jetons, aucun depuis son cache, et écrit autant qu’à côté du modèle qui a répondu, dans les requêtes auxquelles les deux ont répondu, les bornes allant jusqu’à l’égalité ; s’il y en a moins de 30, autant, au moins la moitié et au plus le double.",
    "Otro modelo habría leído los mismos tokens, ninguno de su caché, y escrito tantos como junto al modelo que respondió, en las solicitudes que ambos respondieron, con cotas que llegan hasta la igualdad; donde sean menos de 30, los mismos, al menos la mitad y como mucho el doble.",
  ],
  prices: [
    "Prices are those in force at the end of the period; a model that really answered keeps its real cost. Failed attempts cost nothing more.",
    "Es gelten die Preise am Ende des Zeitraums; ein Modell, das wirklich geantwortet hat, behält seine wirklichen Kosten. Gescheiterte Versuche kosten nichts weiter.",
    "Les prix sont ceux en vigueur à la fin de la période ; un modèle qui a vraiment répondu garde son coût réel. Les tentatives échouées ne coûtent rien de plus.",
    "Los precios son los vigentes al final del periodo; un modelo que respondió de verdad conserva su coste real. Los intentos fallidos no cuestan nada más.",
  ],
  weak: [
    "A request that started at the same tier would have been weak or not as it was. At another tier it would be weak as often as the task's requests of the nearest tenth of complexity there, all tasks' where those are under 30, and one time in two where nothing is known (guessed). Where the tier was never given requests as hard, or nothing is known, the bounds are never and always.",
    "Eine Anfrage, die auf derselben Stufe begann, wäre schwach gewesen oder nicht, wie sie es war. Auf einer anderen Stufe wäre sie so oft schwach wie die Anfragen der Aufgabe im nächsten Zehntel der Komplexität dort, aller Aufgaben, wo das unter 30 sind, und jedes zweite Mal, wo nichts bekannt ist (geraten). Wo die Stufe nie so schwere Anfragen bekam oder nichts bekannt ist, sind die Schranken nie und immer.",
    "Une requête qui a commencé au même niveau aurait été faible ou non, comme elle l’a été. À un autre niveau, elle serait faible aussi souvent que les requêtes de la tâche du dixième de complexité le plus proche, de toutes les tâches s’il y en a moins de 30, et une fois sur deux si rien n’est connu (supposé). Là où le niveau n’a jamais reçu de requêtes aussi difficiles, ou si rien n’est connu, les bornes sont jamais et toujours.",
    "Una solicitud que empezó en el mismo nivel habría sido débil o no, como lo fue. En otro nivel sería débil tan a menudo como las solicitudes de la tarea del décimo de complejidad más cercano, de todas las tareas donde sean menos de 30, y una de cada dos veces donde no se sepa nada (supuesto). Donde el nivel nunca recibió solicitudes tan difíciles, o no se sabe nada, las cotas son nunca y siempre.",
  ],
  well: [
    "Breakers, budgets and capabilities as if all were well. Where the policy wants several answers every request gets them, streams too, and they are as often weak as single ones. As many requests would have failed.",
    "Sicherungen, Budgets und Fähigkeiten, als wäre alles in Ordnung. Wo die Richtlinie mehrere Antworten will, bekommt jede Anfrage sie, auch Streams, und sie sind so oft schwach wie einzelne. Ebenso viele Anfragen wären gescheitert.",
    "Disjoncteurs, budgets et capacités comme si tout allait bien. Là où la politique veut plusieurs réponses, chaque requête les obtient, les flux aussi, et elles sont aussi souvent faibles qu’une seule. Autant de requêtes auraient échoué.",
    "Interruptores, presupuestos y capacidades como si todo fuera bien. Donde la política quiere varias respuestas, cada solicitud las recibe, también los flujos, y son débiles tan a menudo como una sola. Habrían fallado las mismas solicitudes.",
  ],
});
