import { defineMessages } from "../../../i18n/messages.ts";

/** What settings of money and of the ledger do. In English as the database says it. */
export const moneySettings = defineMessages({
  "ai.alert.hosts": [
    "Hosts that alerts may be sent to: a name, *.name for all below it, or * for every public host.",
    "Hosts, an die Alarme gesendet werden dürfen: ein Name, *.name für alle darunter, oder * für jeden öffentlichen Host.",
    "Hôtes auxquels des alertes peuvent être envoyées : un nom, *.nom pour tout ce qui est au-dessous, ou * pour tout hôte public.",
    "Hosts a los que se pueden enviar alertas: un nombre, *.nombre para todos los que cuelgan de él, o * para cualquier host público.",
  ],
  "ai.budget.monthly.cap": [
    "Most an organization may spend in a calendar month, in its currency, where no budget row says otherwise. 0 refuses everything.",
    "Das meiste, was eine Organisation in einem Kalendermonat ausgeben darf, in ihrer Währung, wo kein Budget etwas anderes sagt. 0 lehnt alles ab.",
    "Le plus qu’une organisation peut dépenser en un mois civil, dans sa devise, là où aucun budget ne dit autre chose. 0 refuse tout.",
    "Lo máximo que una organización puede gastar en un mes natural, en su moneda, donde ningún presupuesto diga otra cosa. 0 lo rechaza todo.",
  ],
  "ai.budget.soft.percent": [
    "Share of a cap, in percent, above which only the small tier answers.",
    "Anteil einer Obergrenze in Prozent, über dem nur noch die kleine Stufe antwortet.",
    "Part d’un plafond, en pour cent, au-delà de laquelle seul le petit niveau répond.",
    "Parte de un tope, en tanto por ciento, por encima de la cual solo responde el nivel pequeño.",
  ],
  "ai.hold.ttl": [
    "How long after its deadline a hold lives before the sweep charges it in full.",
    "Wie lange eine Rücklage ihre Frist überlebt, bevor sie ganz berechnet wird.",
    "Combien de temps une réserve survit à son échéance avant d’être facturée en entier.",
    "Cuánto sobrevive una reserva a su plazo antes de cobrarse entera.",
  ],
  "ai.ledger.on_outage": [
    "What happens when the database cannot be reached: refuse, or spool under a small allowance and settle later.",
    "Was geschieht, wenn die Datenbank nicht erreichbar ist: refuse lehnt ab, spool arbeitet in engem Rahmen weiter und rechnet später ab.",
    "Ce qui arrive quand la base de données est injoignable : refuse refuse, spool continue dans une petite limite et règle plus tard.",
    "Qué ocurre cuando no se llega a la base de datos: refuse rechaza, spool sigue dentro de un margen pequeño y liquida después.",
  ],
  "ai.ledger.spool.allowance": [
    "US dollars one isolate may spend at most, by upper bounds, while the database cannot be reached. What was spent is settled when it is back.",
    "US-Dollar, die ein Isolate höchstens ausgeben darf, nach oberen Schranken, solange die Datenbank nicht erreichbar ist. Was ausgegeben wurde, wird danach abgerechnet.",
    "Dollars US qu’un isolate peut dépenser au plus, en bornes supérieures, tant que la base de données est injoignable. La dépense est réglée à son retour.",
    "Dólares que un isolate puede gastar como máximo, por cotas superiores, mientras no se llegue a la base de datos. Lo gastado se liquida cuando vuelve.",
  ],
  "ai.ledger.spool.tasks": [
    "Tasks that go on while the database cannot be reached, where ai.ledger.on_outage is spool. All others are refused.",
    "Aufgaben, die weitergehen, während die Datenbank nicht erreichbar ist, wo ai.ledger.on_outage spool ist. Alle anderen werden abgelehnt.",
    "Tâches qui continuent tant que la base de données est injoignable, là où ai.ledger.on_outage vaut spool. Toutes les autres sont refusées.",
    "Tareas que siguen mientras no se llegue a la base de datos, donde ai.ledger.on_outage sea spool. Todas las demás se rechazan.",
  ],
  "ai.price.unknown": [
    "Model, as provider/model, whose price stands in for that of a model without one: take a dear one. Null refuses such models.",
    "Modell, als Anbieter/Modell, dessen Preis für ein Modell ohne Preis einsteht: nehmen Sie ein teures. Null lehnt solche Modelle ab.",
    "Modèle, sous la forme fournisseur/modèle, dont le prix tient lieu de celui d’un modèle sans prix : prenez-en un cher. Null refuse ces modèles.",
    "Modelo, como proveedor/modelo, cuyo precio vale por el de un modelo sin precio: elija uno caro. Null rechaza esos modelos.",
  ],
  "ai.stream.on_client_gone": [
    "When the caller leaves a stream: cancel the provider call, or finish it to learn its usage. What was produced is charged.",
    "Wenn der Aufrufer einen Stream verlässt: den Aufruf beim Anbieter abbrechen (cancel) oder beenden (finish), um seinen Verbrauch zu erfahren. Was entstand, wird berechnet.",
    "Quand l’appelant quitte un flux : annuler l’appel au fournisseur (cancel), ou le terminer (finish) pour en connaître la consommation. Ce qui a été produit est facturé.",
    "Cuando quien llama abandona un flujo: cancelar la llamada al proveedor (cancel) o terminarla (finish) para conocer su consumo. Lo producido se cobra.",
  ],
  "kpi.infra.monthly_cost": [
    "Infrastructure cost of a month in the organization's currency, where ai_cost_inputs has none. Null: unknown.",
    "Kosten der Infrastruktur in einem Monat, in der Währung der Organisation, wo ai_cost_inputs keine hat. Null: unbekannt.",
    "Coût de l’infrastructure d’un mois dans la devise de l’organisation, là où ai_cost_inputs n’en a pas. Null : inconnu.",
    "Coste de la infraestructura de un mes en la moneda de la organización, donde ai_cost_inputs no lo tenga. Null: desconocido.",
  ],
  "kpi.sales.eur_per_hour": [
    "What an hour of sales time costs, in EUR.",
    "Was eine Stunde Arbeitszeit im Vertrieb kostet, in EUR.",
    "Ce que coûte une heure de travail commercial, en EUR.",
    "Lo que cuesta una hora de trabajo de ventas, en EUR.",
  ],
  "kpi.sales.minutes_per_lead": [
    "Minutes of sales time a new lead takes, where ai_cost_inputs has no minutes of the month. Null: unknown.",
    "Minuten Arbeitszeit im Vertrieb je neuem Lead, wo ai_cost_inputs keine Minuten des Monats hat. Null: unbekannt.",
    "Minutes de travail commercial par nouveau prospect, là où ai_cost_inputs n’a pas de minutes pour le mois. Null : inconnu.",
    "Minutos de trabajo de ventas por cliente potencial nuevo, donde ai_cost_inputs no tenga minutos del mes. Null: desconocido.",
  ],
});
