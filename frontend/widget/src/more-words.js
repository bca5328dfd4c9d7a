// The words of what is loaded when the window opens, in the same four languages as words.js.

export const MORE = {
  en: {
    attach: "Attach a file", drop: "Drop a file to send it", empty: "The file is empty", tooLarge: "A file has at most", save: "Save", show: "Show", gone: "This file is no longer here", uploading: "Sending the file", stop: "Stop",
    refused: "The file was not taken", react: "React", rate: "How was it?", stars: "of 5", comment: "Anything to add?", send: "Send", thanks: "Thank you for telling us.",
  },
  es: {
    attach: "Adjuntar un archivo", drop: "Suelta un archivo para enviarlo", empty: "El archivo está vacío", tooLarge: "Un archivo tiene como máximo", save: "Guardar", show: "Ver", gone: "Este archivo ya no está", uploading: "Enviando el archivo", stop: "Parar",
    refused: "No se ha aceptado el archivo", react: "Reaccionar", rate: "¿Qué tal ha ido?", stars: "de 5", comment: "¿Quieres añadir algo?", send: "Enviar", thanks: "Gracias por decírnoslo.",
  },
  pl: {
    attach: "Dołącz plik", drop: "Upuść plik, aby go wysłać", empty: "Plik jest pusty", tooLarge: "Plik może mieć najwyżej", save: "Zapisz", show: "Pokaż", gone: "Tego pliku już nie ma", uploading: "Wysyłanie pliku", stop: "Przerwij",
    refused: "Plik nie został przyjęty", react: "Zareaguj", rate: "Jak oceniasz rozmowę?", stars: "z 5", comment: "Chcesz coś dodać?", send: "Wyślij", thanks: "Dziękujemy za ocenę.",
  },
  fr: {
    attach: "Joindre un fichier", drop: "Déposez un fichier pour l'envoyer", empty: "Le fichier est vide", tooLarge: "Un fichier pèse au plus", save: "Enregistrer", show: "Afficher", gone: "Ce fichier n'est plus là", uploading: "Envoi du fichier", stop: "Arrêter",
    refused: "Le fichier n'a pas été accepté", react: "Réagir", rate: "Comment cela s'est-il passé ?", stars: "sur 5", comment: "Un mot à ajouter ?", send: "Envoyer", thanks: "Merci de votre avis.",
  },
};
