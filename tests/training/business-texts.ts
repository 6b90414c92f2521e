/** Two requests of the same business, the second asking for more thought. Written for this check; no model ever saw them. */
export interface BusinessPair {
  about: string;
  easy: string;
  hard: string;
}

/** German business requests as our tasks get them. */
export const germanPairs: BusinessPair[] = [
  {
    about: "Stimmung gegen Verhandlung",
    easy: "Ist diese Nachricht positiv oder negativ? „Vielen Dank, die Lieferung kam pünktlich an.“",
    hard:
      "Der Kunde droht zu kündigen, weil ein Mitbewerber 12 % günstiger anbietet, unser Vertrag läuft noch 14 Monate und die Marge liegt bei 9 %. Welche Zugeständnisse sind sinnvoll, welche nicht, und wie begründen wir einen Preis, der höchstens 4 % unter dem heutigen liegt? Wäge die Folgen für die anderen 3 Standorte ab.",
  },
  {
    about: "Anrede gegen Rechnung",
    easy: "Formuliere eine freundliche Begrüßung für Frau Sommer.",
    hard:
      "Ein Hotel kauft pro Woche 38 kg Lachs zu 21,40 € und 55 kg Gemüse zu 3,10 €. Wenn der Lachspreis um 8 % steigt, der Verbrauch aber um ein Viertel sinkt und auf den Gesamtbetrag über 900 € ein Rabatt von 3 % gewährt wird: Wie viel spart das Hotel in einem Quartal mit 13 Wochen gegenüber heute?",
  },
  {
    about: "Schlagwort gegen Vertragsfrage",
    easy: "Kategorie für „Eichenparkett geölt 14 mm“?",
    hard:
      "Nach § 6 des Rahmenvertrags haftet der Lieferant nur bei grober Fahrlässigkeit, § 11 verweist aber auf AGB, die eine Haftung ganz ausschließen. Ein Subunternehmer hat die Kühlkette unterbrochen, ohne dass der Lieferant davon wusste. Wer haftet für welchen Teil des Schadens, und welche der beiden Klauseln ist nicht wirksam, wenn der Käufer kein Verbraucher ist?",
  },
  {
    about: "Übersetzung gegen Planung",
    easy: "Übersetze ins Englische: Wir melden uns morgen.",
    hard:
      "Plane die Einführung der neuen Filiale Schritt für Schritt: zuerst Personal (5 Stellen, 2 davon erst ab März), dann Warenbestand mit höchstens 40.000 € Kapital, danach Werbung. Welche Abhängigkeiten bestehen, was muss vor dem 15. Februar entschieden sein, und was ändert sich, wenn die Genehmigung 6 Wochen später kommt?",
  },
  {
    about: "Name gegen Prognose",
    easy: "Wie heißt der Ansprechpartner bei der Muster GmbH?",
    hard:
      "Unsere Leads aus Messen schließen zu 11 % ab, die aus Empfehlungen zu 27 %, kosten aber 190 € statt 75 € pro Kontakt. Bei 60 Gesprächen im Monat und einem mittleren Auftragswert von 4.200 €: Welche Mischung bringt in zwei Quartalen den höchsten Deckungsbeitrag, wenn höchstens ein Drittel aus Empfehlungen kommen kann?",
  },
  {
    about: "Datum gegen Ursachen",
    easy: "Auf welchen Wochentag fällt der 3. Mai?",
    hard:
      "Seit dem Wechsel des Lagersystems stimmen in 3 von 8 Filialen die Bestände nicht: In Kiel fehlen nur Kühlwaren, in Ulm nur Artikel ohne Barcode, in Essen beides, aber nie montags. Welche Ursachen erklären alle drei Muster zugleich, welche schließen sich aus, und mit welcher Prüfung würdest du zuerst beginnen?",
  },
];

/** The same kind of length on both sides: what is left when length cannot tell. */
export const equalLengthPairs: BusinessPair[] = [
  {
    about: "copying against computing",
    easy:
      "Schreibe diese Adresse in eine Zeile: Firma Holz und Stein, Frau Keller, Am Markt, Hinterhaus, zweiter Stock, Lüneburg. Bitte nichts weglassen und nichts ergänzen, danke.",
    hard:
      "Ein Auftrag über 8.400 € wird in 3 Raten bezahlt, jede 20 % kleiner als die vorige, dazu 1,5 % Zins je Monat auf den Rest. Wie hoch ist die letzte Rate, wenn monatlich gezahlt wird?",
  },
  {
    about: "thanks against contradiction",
    easy:
      "Bedanke dich in zwei Sätzen bei Herrn Brandt für den netten Besuch auf der Messe in München und wünsche ihm und seiner Familie eine schöne Adventszeit von uns allen.",
    hard:
      "Im Protokoll steht, dass nur A oder B zustimmen muss, im Anhang aber, dass ohne A nichts gilt und B nie allein entscheidet. Welche Lesart widerspricht keiner der beiden Stellen?",
  },
];
