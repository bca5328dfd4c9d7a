//! A text with the places that were found in it, cut into pieces. Places count characters, as the server does. Must not
//! know how they look.

/// A piece of a text, and whether it was found.
pub type Piece = (String, bool);

/// Cuts a text at its found places (start, behind the end); places outside of it are passed over.
pub fn pieces(text: &str, places: &[(usize, usize)]) -> Vec<Piece> {
    let mut found: Vec<Piece> = Vec::new();
    for (index, c) in text.chars().enumerate() {
        let here = places
            .iter()
            .any(|(start, end)| (*start..*end).contains(&index));
        match found.last_mut() {
            Some((piece, is)) if *is == here => piece.push(c),
            _ => found.push((c.to_string(), here)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_nothing_is_lost() {
        let cut = pieces("¿Qué tal, señor?", &[(10, 15), (99, 120)]);
        assert_eq!(
            cut,
            [
                ("¿Qué tal, ".to_owned(), false),
                ("señor".to_owned(), true),
                ("?".to_owned(), false)
            ]
        );
        assert!(pieces("", &[(0, 3)]).is_empty());
    }
}
