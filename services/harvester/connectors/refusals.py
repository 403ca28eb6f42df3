"""Why an entry is set aside, and what to do about it: the same words for every kind."""

NOT_AN_OBJECT = (
    "L'entrée n'est pas un jeu de données : objet JSON attendu. Signalez-le à qui tient le portail."
)
NO_ID = (
    "Le jeu de données n'a pas d'identifiant : il ne peut pas être suivi d'un moissonnage à "
    "l'autre. Demandez à qui tient le portail de lui en donner un."
)
NO_TITLE = "Le jeu de données n'a pas de titre. Donnez-lui-en un sur son portail."
NOT_PUBLIC = (
    "Le jeu de données n'est pas public. Rendez-le public sur son portail s'il doit paraître ici."
)
NOT_PUBLISHED = (
    "Le jeu de données est supprimé ou en brouillon sur son portail. Publiez-le là-bas s'il doit "
    "paraître ici."
)
SAME_ID = (
    "Un autre jeu de données du catalogue porte le même identifiant : seul le premier est repris. "
    "Donnez à chacun le sien."
)
