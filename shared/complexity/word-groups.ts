/**
 * The words that say what kind of thinking a text asks for, by hand, in English, German, French and Spanish. A star ends a stem.
 * The four lists of a group feed one feature, so what is learned on one language carries over to the others.
 */
export const wordGroups = {
  step: [
    "step steps first second third then next after finally lastly sequence procedure",
    "schritt* zuerst zunächst dann danach anschließend schließlich zuletzt ablauf* reihenfolge",
    "étape* abord ensuite puis enfin finalement procédure",
    "paso pasos primero luego después finalmente procedimiento",
  ],
  reason: [
    "why how explain* because therefore thus hence reason reasons reasoning justif* prove proof deriv* infer* conclu* imply implies",
    "warum wieso weshalb erklär* begründ* weil daher deshalb folglich somit beweis* herleit* schlussfolger*",
    "pourquoi expliqu* parce donc ainsi justifi* prouv* démontr* conclu*",
    "porqué explic* porque entonces justific* demuestr* demostr* conclu*",
  ],
  lookup: [
    "who whom when where which what whose name named called known",
    "wer wem wann wo welche* was wessen heißt genannt bekannt",
    "qui quand où quel quelle quels quelles quoi appelé",
    "quién cuándo dónde cuál cuáles qué llama llamado",
  ],
  quantity: [
    "many much number total sum altogether left remaining twice half double triple times per each average",
    "viele anzahl summe insgesamt gesamt* übrig doppelt halb* dreimal pro je durchschnitt*",
    "combien nombre somme total reste double moitié fois chaque moyenne",
    "cuánto cuántos número suma total restante doble mitad veces promedio",
  ],
  negation: [
    "not no never none neither nor cannot except without isn't doesn't don't won't wasn't least false incorrect",
    "nicht kein* nie niemals weder ohne außer falsch",
    "ne pas jamais aucun* sans sauf ni faux",
    "nunca ningun* ningún sin excepto tampoco ni falso",
  ],
  comparison: [
    "more less most least better best worse worst than greater smaller larger higher lower compar* versus differ* similar same unlike",
    "mehr weniger meiste* besser beste* schlechter als größer* kleiner* höher* niedriger* vergleich* unterschied* ähnlich* gleich*",
    "plus moins meilleur* pire supérieur* inférieur* compar* différen* semblable même",
    "más menos mejor* peor* mayor* menor* compar* diferen* similar* mismo",
  ],
  quantifier: [
    "all every any some both either exactly only always must entire",
    "alle jede* irgend* einige beide genau nur immer sämtliche*",
    "tous toutes tout quelques exactement seulement toujours",
    "todos todas cada algunos ambos exactamente solo siempre",
  ],
  condition: [
    "if unless whether suppose assum* given provided otherwise would could might",
    "wenn falls sofern ob angenommen sonst würde* könnte* wäre*",
    "si supposons sinon pourrait serait aurait",
    "suponga* supongamos podría sería hubiera siempre",
  ],
  judgement: [
    "should ought right wrong morally moral ethic* fair unjust duty permissible acceptable appropriate",
    "sollte* richtig falsch moral* ethi* gerecht* pflicht* zulässig angemessen",
    "devrait devoir moral* éthique juste injuste acceptable",
    "debería moral* ético ética justo injusto aceptable",
  ],
  analysis: [
    "analy* evaluat* assess* strateg* negotiat* objection* forecast* optimi* design* plan argue* argument* critic* recommend* trade-off* propos*",
    "analys* bewert* strateg* verhandl* einwand* einwänd* prognos* optimier* entwurf* entwerf* plane* argument* kritik* empfehl* empfiehl* abwäg* vorschlag*",
    "analys* évalu* stratég* négoci* objection* prévision* optimis* concev* argument* recommand* propos*",
    "analiz* análisis evalu* estrateg* negoci* objeción* pronóstico* optimiz* diseñ* argument* recomend* propuesta*",
  ],
  transform: [
    "translat* summar* classif* categor* extract* rewrite rephras* convert* sentiment spell* format label* tag*",
    "übersetz* zusammenfass* fasse klassifizier* kategori* extrahier* umformulier* konvertier* stimmung* rechtschreib* formatier* ordne*",
    "tradui* résum* class* catégori* extrai* reformul* convert*",
    "traduc* traduz* resum* clasific* categor* extra* reformul* convert*",
  ],
  mathematics: [
    "equation* integral* theorem* probabilit* matrix function functions prime* derivative* polynomial* vector* triangle* angle* radius graph* set finite group ring field isomorph* degree root* sqrt ratio variance hypothesis regression coefficient*",
    "gleichung* integral* satz wahrscheinlichkeit* matrix funktion* primzahl* ableitung* vektor* dreieck* winkel* radius graph* menge* wurzel* verhältnis varianz",
    "équation* intégrale* théorème* probabilité* matrice* fonction* dérivée* vecteur* triangle* angle*",
    "ecuación* integral* teorema* probabilidad* matriz función* derivada* vector* triángulo* ángulo*",
  ],
  code: [
    "algorithm* program* python java javascript sql array* pointer* variable* loop* recursi* compil* thread* byte* bit bits stack queue binary boolean cpu cache memory instruction* string integer",
    "algorithm* programm* datenbank* schleife* rekursi* speicher* zeichenkette",
    "algorithme* programme* boucle* mémoire chaîne",
    "algoritmo* programa* bucle* memoria cadena",
  ],
  law: [
    "court* law laws legal statute* contract* defendant* plaintiff* jury constitution* liab* tort* crime* criminal murder* property owner* lawyer* attorney* sued sue deed jurisdiction* amendment clause*",
    "gericht* gesetz* recht rechtlich* vertrag* vertrags* kläger* beklagte* verfassung* haft* straf* eigentum* anwalt* klausel* dsgvo agb kündig*",
    "tribunal loi lois juridique contrat* plaignant* responsabilité* crime avocat* clause*",
    "tribunal ley leyes legal contrato* demandante* responsabilidad* delito* abogado* cláusula*",
  ],
  medicine: [
    "patient* disease* symptom* treatment* clinical diagnos* blood cancer* infect* virus* drug* dose* therapy surgery physician* syndrome* pain chronic nerve* muscle* artery",
    "patient* krankheit* symptom* behandl* klinisch* diagnos* blut* krebs* infekt* virus* medikament* dosis therapie* arzt ärzt*",
    "patient* maladie* symptôme* traitement* diagnosti* sang cancer* infect* médicament* thérapie*",
    "paciente* enfermedad* síntoma* tratamiento* diagnósti* sangre cáncer infec* medicamento* terapia*",
  ],
  science: [
    "energy force velocity mass electr* magnet* temperature pressure atom* molecul* acid* reaction* ion ions electron* wavelength* oxid* compound* solution* gas heat light wave* planet* star stars orbit*",
    "energie* kraft geschwindigkeit masse elektr* magnet* temperatur* druck atom* molekül* säure* reaktion* ion* elektron* wellen* verbindung* lösung* gas wärme licht planet*",
    "énergie force vitesse masse électr* température pression atome* molécul* acide* réaction* lumière",
    "energía fuerza velocidad masa eléctr* temperatura presión átomo* molécul* ácido* reacción* luz",
  ],
  life: [
    "cell cells gene genes genetic* dna rna protein* species evolution* enzyme* organism* plant plants animal* bacteria* membrane* population* ecosystem* chromosom* allele*",
    "zelle* gen gene genetisch* protein* art arten evolution* enzym* organism* pflanze* tier tiere bakteri* membran*",
    "cellule* gène* protéine* espèce* évolution enzyme* organisme* plante* animal* bactérie*",
    "célula* gen genes proteína* especie* evolución enzima* organismo* planta* animal* bacteria*",
  ],
  economics: [
    "price* demand supply market* inflation* tax* income* interest* invest* capital asset* stock* bond* gdp monopol* firm firms cost costs profit* revenue* wage* monetary fiscal account* audit* depreciation",
    "preis* nachfrage angebot* markt* inflation* steuer* einkommen* zins* invest* kapital* aktie* anleihe* bip monopol* kosten gewinn* umsatz* lohn* bilanz* abschreib*",
    "prix demande offre marché* inflation impôt* revenu* intérêt* invest* capital coût* bénéfice* salaire*",
    "precio* demanda oferta mercado* inflación impuesto* ingreso* interés inver* capital costo* coste* beneficio* salario*",
  ],
  business: [
    "customer* sale* lead leads campaign* manager* employee* compan* team* product* brand* marketing supplier* order orders invoice* meeting* project* stakeholder* organization* organisation*",
    "kunde* kunden* verkauf* vertrieb* kampagne* mitarbeit* unternehmen* firma team* produkt* marke* marketing lieferant* liefer* bestell* auftrag* rechnung* besprechung* projekt* angebot*",
    "client* vente* campagne* employé* entreprise* équipe* produit* marque* fournisseur* commande* facture* réunion* projet*",
    "cliente* venta* campaña* empleado* empresa* equipo* producto* marca* proveedor* pedido* factura* reunión* proyecto*",
  ],
  history: [
    "war wars century empire* king kings revolution* ancient coloni* treaty president* independence battle* civilization* dynasty medieval government* political politic* democra* congress election* vote*",
    "krieg* jahrhundert* reich* könig* revolution* antik* koloni* vertrag präsident* unabhängig* schlacht* mittelalter* regierung* politi* demokrat* wahl*",
    "guerre* siècle* empire* roi rois révolution* antique* coloni* traité président* bataille* gouvernement* politi* élection*",
    "guerra* siglo* imperio* rey reyes revolución* antigu* coloni* tratado presidente* batalla* gobierno* polític* elección*",
  ],
  psychology: [
    "behavior* behaviour* cognitive personality emotion* anxiety memory learning motivation* child children adolescen* therapist* psycholog* perception* stress* attitude* self development*",
    "verhalten* kognitiv* persönlichkeit* emotion* angst gedächtnis* lernen motivation* kind kinder jugend* psycholog* wahrnehmung* stress*",
    "comportement* cognitif* personnalité* émotion* anxiété mémoire apprentissage motivation* enfant* psycholog*",
    "comportamiento* conducta* cognitiv* personalidad* emoción* ansiedad aprendizaje motivación niño* psicolog*",
  ],
  reference: [
    "following according above below passage context statement* scenario* article excerpt table figure text",
    "folgend* laut gemäß oben unten abschnitt* kontext aussage* szenario* artikel tabelle abbildung text*",
    "suivant* selon dessus dessous passage contexte énoncé* scénario* article tableau figure texte",
    "siguiente* según arriba abajo pasaje contexto enunciado* escenario* artículo tabla figura texto",
  ],
  firstPerson: [
    "i me my mine we our us myself",
    "ich mir mich mein meine meinen meinem meiner wir uns unser unsere",
    "je moi mon ma mes nous notre nos",
    "yo mí mi mis nosotros nuestro nuestra",
  ],
} as const satisfies Record<string, readonly [string, string, string, string]>;

/** Name of a group of words, e.g. `negation`. */
export type WordGroup = keyof typeof wordGroups;
