// The words of what is loaded when the window opens, in the same four languages as words.js.

export const MORE = {
  en: {
    edit: "Edit", delete: "Delete", cancel: "Cancel", editing: "Editing a message", optional: "optional", name: "Name", email: "E-mail", phone: "Phone", question: "How can we help?", begin: "Start the chat",
    record: "Record a voice message", recording: "Recording", sendVoice: "Send the recording", dropVoice: "Discard the recording", noMicrophone: "The browser gave no microphone", voice: "Voice message", previewed: "We can read along while you write.",
    attach: "Attach a file", drop: "Drop a file to send it", empty: "The file is empty", tooLarge: "A file has at most", save: "Save", show: "Show", gone: "This file is no longer here", uploading: "Sending the file", stop: "Stop",
    refused: "The file was not taken", react: "React", rate: "How was it?", stars: "of 5", comment: "Anything to add?", send: "Send", thanks: "Thank you for telling us.",
  },
  es: {
    edit: "Editar", delete: "Borrar", cancel: "Cancelar", editing: "Editando un mensaje", optional: "opcional", name: "Nombre", email: "Correo electrónico", phone: "Teléfono", question: "¿En qué te ayudamos?", begin: "Empezar el chat",
    record: "Grabar un mensaje de voz", recording: "Grabando", sendVoice: "Enviar la grabación", dropVoice: "Descartar la grabación", noMicrophone: "El navegador no ha dado acceso al micrófono", voice: "Mensaje de voz", previewed: "Podemos leer lo que escribes mientras lo escribes.",
    attach: "Adjuntar un archivo", drop: "Suelta un archivo para enviarlo", empty: "El archivo está vacío", tooLarge: "Un archivo tiene como máximo", save: "Guardar", show: "Ver", gone: "Este archivo ya no está", uploading: "Enviando el archivo", stop: "Parar",
    refused: "No se ha aceptado el archivo", react: "Reaccionar", rate: "¿Qué tal ha ido?", stars: "de 5", comment: "¿Quieres añadir algo?", send: "Enviar", thanks: "Gracias por decírnoslo.",
  },
  pl: {
    edit: "Edytuj", delete: "Usuń", cancel: "Anuluj", editing: "Edycja wiadomości", optional: "nieobowiązkowe", name: "Imię i nazwisko", email: "E-mail", phone: "Telefon", question: "W czym możemy pomóc?", begin: "Rozpocznij czat",
    record: "Nagraj wiadomość głosową", recording: "Nagrywanie", sendVoice: "Wyślij nagranie", dropVoice: "Odrzuć nagranie", noMicrophone: "Przeglądarka nie udostępniła mikrofonu", voice: "Wiadomość głosowa", previewed: "Widzimy tekst już w trakcie pisania.",
    attach: "Dołącz plik", drop: "Upuść plik, aby go wysłać", empty: "Plik jest pusty", tooLarge: "Plik może mieć najwyżej", save: "Zapisz", show: "Pokaż", gone: "Tego pliku już nie ma", uploading: "Wysyłanie pliku", stop: "Przerwij",
    refused: "Plik nie został przyjęty", react: "Zareaguj", rate: "Jak oceniasz rozmowę?", stars: "z 5", comment: "Chcesz coś dodać?", send: "Wyślij", thanks: "Dziękujemy za ocenę.",
  },
  fr: {
    edit: "Modifier", delete: "Supprimer", cancel: "Annuler", editing: "Modification d'un message", optional: "facultatif", name: "Nom", email: "E-mail", phone: "Téléphone", question: "Comment pouvons-nous vous aider ?", begin: "Commencer la discussion",
    record: "Enregistrer un message vocal", recording: "Enregistrement", sendVoice: "Envoyer l'enregistrement", dropVoice: "Supprimer l'enregistrement", noMicrophone: "Le navigateur n'a pas donné accès au micro", voice: "Message vocal", previewed: "Nous pouvons lire votre texte pendant que vous l'écrivez.",
    attach: "Joindre un fichier", drop: "Déposez un fichier pour l'envoyer", empty: "Le fichier est vide", tooLarge: "Un fichier pèse au plus", save: "Enregistrer", show: "Afficher", gone: "Ce fichier n'est plus là", uploading: "Envoi du fichier", stop: "Arrêter",
    refused: "Le fichier n'a pas été accepté", react: "Réagir", rate: "Comment cela s'est-il passé ?", stars: "sur 5", comment: "Un mot à ajouter ?", send: "Envoyer", thanks: "Merci de votre avis.",
  },
};
