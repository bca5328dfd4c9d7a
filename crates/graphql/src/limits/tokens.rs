//! Counts the tokens of a GraphQL document in one pass, without building anything.
//! Does not judge syntax: what it does not know counts as a token, and the parser refuses it later.

use super::{MAX_NESTING, MAX_TOKENS};

/// Why a document is not even parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// More than [`MAX_TOKENS`] tokens.
    Tokens,
    /// Brackets nest deeper than [`MAX_NESTING`].
    Nesting,
}

impl TooLarge {
    /// In words for the one who wrote the document.
    pub fn message(self) -> String {
        match self {
            Self::Tokens => format!("The document has more than {MAX_TOKENS} tokens."),
            Self::Nesting => format!("The document nests deeper than {MAX_NESTING} brackets."),
        }
    }
}

/// Refuses a document with more than [`MAX_TOKENS`] tokens or [`MAX_NESTING`] open brackets.
/// Stops at the token that is too many, so its cost does not grow with what follows.
pub fn check(document: &str) -> Result<(), TooLarge> {
    let mut lexer = Lexer { rest: document };
    let mut tokens = 0;
    let mut open = 0_usize;
    while let Some(token) = lexer.next_token() {
        tokens += 1;
        match token {
            Token::Open => open += 1,
            Token::Close => open = open.saturating_sub(1),
            Token::Other => {}
        }
        if tokens > MAX_TOKENS {
            return Err(TooLarge::Tokens);
        }
        if open > MAX_NESTING {
            return Err(TooLarge::Nesting);
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Token {
    Open,
    Close,
    Other,
}

struct Lexer<'a> {
    rest: &'a str,
}

impl Lexer<'_> {
    fn next_token(&mut self) -> Option<Token> {
        self.skip_ignored();
        let first = self.rest.chars().next()?;
        let token = match first {
            '{' | '(' | '[' => Token::Open,
            '}' | ')' | ']' => Token::Close,
            _ => Token::Other,
        };
        let length = match first {
            '"' => string_length(self.rest),
            '.' if self.rest.starts_with("...") => 3,
            c if is_word(c) || c == '-' => word_length(self.rest),
            c => c.len_utf8(),
        };
        self.advance(length);
        Some(token)
    }

    /// White space, commas, byte order marks and comments are no tokens.
    fn skip_ignored(&mut self) {
        loop {
            let trimmed = self
                .rest
                .trim_start_matches([' ', '\t', '\n', '\r', ',', '\u{feff}']);
            self.rest = trimmed;
            if !trimmed.starts_with('#') {
                return;
            }
            self.advance(trimmed.find(['\n', '\r']).unwrap_or(trimmed.len()));
        }
    }

    fn advance(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }
}

/// A name or a number; `1.5e-3` may count as more than one token, which errs on the strict side.
fn word_length(text: &str) -> usize {
    let body = text.strip_prefix('-').unwrap_or(text);
    let sign = text.len() - body.len();
    sign + body.find(|c| !is_word(c)).unwrap_or(body.len())
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Bytes of the string that starts `text`, quotes included; an open one ends with its line (or the document).
fn string_length(text: &str) -> usize {
    match text.strip_prefix("\"\"\"") {
        Some(body) => 3 + block_string_length(body),
        None => 1 + plain_string_length(text.get(1..).unwrap_or_default()),
    }
}

fn block_string_length(body: &str) -> usize {
    let mut from = 0;
    while let Some(found) = body.get(from..).and_then(|rest| rest.find("\"\"\"")) {
        let quotes = from + found;
        let is_escaped = body
            .get(..quotes)
            .is_some_and(|before| before.ends_with('\\'));
        from = quotes + 3;
        if !is_escaped {
            return from;
        }
    }
    body.len()
}

fn plain_string_length(body: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in body.char_indices() {
        match c {
            '\n' | '\r' => return at,
            '"' if !is_escaped => return at + 1,
            _ => is_escaped = c == '\\' && !is_escaped,
        }
    }
    body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(document: &str) -> usize {
        let mut lexer = Lexer { rest: document };
        std::iter::from_fn(|| lexer.next_token()).count()
    }

    #[test]
    fn punctuation_names_numbers_and_spreads_are_one_token_each() {
        assert_eq!(count("{ a }"), 3);
        assert_eq!(count("query Q($a: Int! = -12) { ...f @skip(if: $a) }"), 23);
        assert_eq!(count("{a(b:[1,2,3])}"), 12);
    }

    #[test]
    fn white_space_commas_and_comments_are_no_tokens() {
        assert_eq!(count("\u{feff}{ # { { {\n a,,,\tb\r\n }"), 4);
        assert_eq!(count("# only a comment"), 0);
        assert_eq!(count(""), 0);
    }

    #[test]
    fn a_string_is_one_token_whatever_is_in_it() {
        assert_eq!(count(r#"{a(b:"x { } # \" y")}"#), 8);
        assert_eq!(count(r#"{a(b:"\\")}"#), 8);
        assert_eq!(count("{a(b:\"\"\"x \" { \n \\\"\"\" y\"\"\")}"), 8);
        assert_eq!(count(r#"{a(b:"")}"#), 8);
    }

    #[test]
    fn an_open_string_hides_nothing_after_its_line() {
        assert_eq!(count("\"abc\n a b c"), 4);
        assert_eq!(count("\"\"\" a b c"), 1);
    }

    #[test]
    fn the_limit_is_exact() {
        let document = |names: usize| format!("{{ {} }}", "a ".repeat(names));
        assert_eq!(check(&document(MAX_TOKENS - 2)), Ok(()));
        assert_eq!(check(&document(MAX_TOKENS - 1)), Err(TooLarge::Tokens));
    }

    #[test]
    fn deep_brackets_of_any_kind_are_refused() {
        for bracket in ["{a", "(a:", "["] {
            assert_eq!(check(&bracket.repeat(MAX_NESTING)), Ok(()), "{bracket}");
            let deeper = bracket.repeat(MAX_NESTING + 1);
            assert_eq!(check(&deeper), Err(TooLarge::Nesting), "{bracket}");
        }
    }

    #[test]
    fn strange_bytes_are_counted_and_never_panic() {
        assert_eq!(count("\0 é 🙂 \\ \u{2028}"), 5);
        assert_eq!(count("\"é\\"), 1);
    }

    #[test]
    fn a_bomb_of_tokens_is_refused_without_reading_it_all() {
        let bomb = "a ".repeat(500_000);
        let started = std::time::Instant::now();
        assert_eq!(check(&bomb), Err(TooLarge::Tokens));
        assert!(started.elapsed() < std::time::Duration::from_secs(1));
    }
}
