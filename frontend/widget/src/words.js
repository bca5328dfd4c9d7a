// Every word the visitor reads, in four languages. Written, not translated word by word.

const WORDS = {
  en: {
    open: "Open chat", close: "Close chat", title: "Chat with us", messages: "Messages", write: "Write a message", send: "Send",
    greeting: "Hello. How can we help?", offline: "You are offline, messages are kept", retry: "Connecting again…",
    waiting: "Waiting to be sent", sent: "Sent", read: "Read", failed: "Not sent", remove: "Remove", again: "Send again",
    typing: "writing…", agent: "Agent", today: "Today", deleted: "Message deleted", edited: "edited",
    left: "left",
    tooLong: "too long by", end: "End chat", closed: "The chat is closed. Write to open it again.",
    refused: "The chat is not available here.",
  },
  es: {
    open: "Abrir el chat", close: "Cerrar el chat", title: "Escríbenos", messages: "Mensajes", write: "Escribe un mensaje", send: "Enviar",
    greeting: "Hola. ¿En qué te ayudamos?", offline: "Sin conexión: tus mensajes se guardan", retry: "Conectando de nuevo…",
    waiting: "Pendiente de envío", sent: "Enviado", read: "Leído", failed: "No enviado", remove: "Quitar", again: "Enviar otra vez",
    typing: "escribe…", agent: "Agente", today: "Hoy", deleted: "Mensaje borrado", edited: "editado",
    left: "quedan",
    tooLong: "sobran", end: "Terminar el chat", closed: "El chat está cerrado. Escribe para abrirlo de nuevo.",
    refused: "El chat no está disponible aquí.",
  },
  pl: {
    open: "Otwórz czat", close: "Zamknij czat", title: "Napisz do nas", messages: "Wiadomości", write: "Napisz wiadomość", send: "Wyślij",
    greeting: "Dzień dobry. W czym możemy pomóc?", offline: "Brak połączenia, wiadomości są zachowane", retry: "Ponowne łączenie…",
    waiting: "Czeka na wysłanie", sent: "Wysłano", read: "Przeczytano", failed: "Nie wysłano", remove: "Usuń", again: "Wyślij ponownie",
    typing: "pisze…", agent: "Konsultant", today: "Dzisiaj", deleted: "Wiadomość usunięta", edited: "edytowano",
    left: "zostało",
    tooLong: "za dużo o", end: "Zakończ czat", closed: "Czat jest zamknięty. Napisz, aby otworzyć go ponownie.",
    refused: "Czat nie jest tu dostępny.",
  },
  fr: {
    open: "Ouvrir la discussion", close: "Fermer la discussion", title: "Écrivez-nous", messages: "Messages", write: "Écrire un message", send: "Envoyer",
    greeting: "Bonjour. Comment pouvons-nous vous aider ?", offline: "Hors ligne : vos messages sont conservés", retry: "Reconnexion…",
    waiting: "En attente d'envoi", sent: "Envoyé", read: "Lu", failed: "Non envoyé", remove: "Retirer", again: "Renvoyer",
    typing: "écrit…", agent: "Conseiller", today: "Aujourd'hui", deleted: "Message supprimé", edited: "modifié",
    left: "restants",
    tooLong: "en trop :", end: "Terminer la discussion", closed: "La discussion est close. Écrivez pour la rouvrir.",
    refused: "La discussion n'est pas disponible ici.",
  },
};

/** The first wanted language there are words for, and the whole tag for dates. */
export function wordsFor(wanted) {
  for (const tag of wanted) {
    const language = String(tag || "").toLowerCase().split(/[-_]/)[0];
    if (WORDS[language]) return { words: WORDS[language], locale: String(tag).replace("_", "-"), language };
  }
  return { words: WORDS.en, locale: "en", language: "en" };
}

/** For the test that holds the four languages together. */
export const languages = WORDS;
