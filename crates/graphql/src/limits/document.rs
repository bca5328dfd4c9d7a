//! Measures a parsed document in time linear in its text, however often its fragments are spread.
//! The library walks every spread again, so thirty doubling fragments would keep it busy for minutes.

use std::collections::HashMap;

use async_graphql::Name;
use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition, Selection,
    SelectionSet,
};

use super::{MAX_ALIASES, MAX_DEPTH, MAX_DIRECTIVES, MAX_SELECTIONS};

/// What a selection set costs with all its fragments spread. Sums saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// Levels of nested fields.
    pub depth: usize,
    /// Fields, spreads and inline fragments.
    pub selections: usize,
    /// Fields with an alias.
    pub aliases: usize,
    /// The most directives on one selection.
    pub directives: usize,
    /// Whether it asks for the schema (`__schema`, `__type`).
    pub introspects: bool,
}

/// The operation a request asks for, if the document says so without doubt.
pub fn operation<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Option<&'a OperationDefinition> {
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(&operation.node),
        (DocumentOperations::Single(_), Some(_)) => None,
        (DocumentOperations::Multiple(all), Some(name)) => all.get(name).map(|op| &op.node),
        (DocumentOperations::Multiple(all), None) => match all.len() {
            1 => all.values().next().map(|op| &op.node),
            _ => None,
        },
    }
}

/// Refuses a document that goes round in circles or costs more than the limits, in words for who wrote it.
/// Every operation is measured, also those the request does not run, because validation walks them all.
pub fn check(document: &ExecutableDocument, limit_depth: bool) -> Result<Measure, String> {
    let mut total = Measure::default();
    let mut measurer = Measurer::new(document);
    for (_, operation) in document.operations.iter() {
        total.add(measurer.selection_set(&operation.node.selection_set.node)?);
        total.directives = total.directives.max(operation.node.directives.len());
    }
    // Unused fragments are validated too.
    for name in document.fragments.keys() {
        let fragment = measurer.fragment(name)?;
        total.directives = total.directives.max(fragment.directives);
        total.introspects |= fragment.introspects;
    }
    refuse("selections", total.selections, MAX_SELECTIONS)?;
    refuse("aliases", total.aliases, MAX_ALIASES)?;
    refuse("directives on one field", total.directives, MAX_DIRECTIVES)?;
    if limit_depth {
        refuse("levels of fields", total.depth, MAX_DEPTH)?;
    }
    Ok(total)
}

/// How many fields an operation asks of its root type, fragments spread; counts no further than two.
pub fn root_fields(document: &ExecutableDocument, operation: &OperationDefinition) -> usize {
    let mut budget = MAX_SELECTIONS;
    count_root(document, &operation.selection_set.node, &mut budget).min(2)
}

fn count_root(document: &ExecutableDocument, set: &SelectionSet, budget: &mut usize) -> usize {
    let mut fields = 0_usize;
    for item in &set.items {
        // What does not fit the budget counts as too many.
        let Some(left) = budget.checked_sub(1) else {
            return 2;
        };
        *budget = left;
        fields = fields.saturating_add(match &item.node {
            Selection::Field(_) => 1,
            Selection::InlineFragment(inline) => {
                count_root(document, &inline.node.selection_set.node, budget)
            }
            Selection::FragmentSpread(spread) => document
                .fragments
                .get(&spread.node.fragment_name.node)
                .map_or(0, |f| {
                    count_root(document, &f.node.selection_set.node, budget)
                }),
        });
    }
    fields
}

/// Whether an operation reads the schema and nothing else.
pub fn is_introspection(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    // A fragment that spreads itself is refused before; the budget keeps this linear all the same.
    let mut budget = MAX_SELECTIONS;
    only_introspection(document, &operation.selection_set.node, &mut budget)
}

fn only_introspection(
    document: &ExecutableDocument,
    set: &SelectionSet,
    budget: &mut usize,
) -> bool {
    set.items.iter().all(|item| {
        let Some(left) = budget.checked_sub(1) else {
            return false;
        };
        *budget = left;
        match &item.node {
            Selection::Field(field) => field.node.name.node.starts_with("__"),
            Selection::InlineFragment(inline) => {
                only_introspection(document, &inline.node.selection_set.node, budget)
            }
            Selection::FragmentSpread(spread) => document
                .fragments
                .get(&spread.node.fragment_name.node)
                .is_some_and(|f| only_introspection(document, &f.node.selection_set.node, budget)),
        }
    })
}

fn refuse(what: &str, found: usize, most: usize) -> Result<(), String> {
    if found > most {
        return Err(format!("The document has more than {most} {what}."));
    }
    Ok(())
}

impl Measure {
    fn add(&mut self, other: Self) {
        self.depth = self.depth.max(other.depth);
        self.selections = self.selections.saturating_add(other.selections);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.max(other.directives);
        self.introspects |= other.introspects;
    }
}

/// Each fragment is measured once; `None` marks one that is being measured, so a circle is seen.
struct Measurer<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    known: HashMap<Name, Option<Measure>>,
}

impl<'a> Measurer<'a> {
    fn new(document: &'a ExecutableDocument) -> Self {
        Self {
            fragments: &document.fragments,
            known: HashMap::new(),
        }
    }

    fn selection_set(&mut self, set: &SelectionSet) -> Result<Measure, String> {
        let mut total = Measure::default();
        for item in &set.items {
            total.add(self.selection(&item.node)?);
        }
        Ok(total)
    }

    fn selection(&mut self, selection: &Selection) -> Result<Measure, String> {
        let mut measure = match selection {
            Selection::Field(field) => {
                let mut inner = self.selection_set(&field.node.selection_set.node)?;
                inner.depth = inner.depth.saturating_add(1);
                let alias = usize::from(field.node.alias.is_some());
                inner.aliases = inner.aliases.saturating_add(alias);
                inner.introspects |= matches!(&*field.node.name.node, "__schema" | "__type");
                inner
            }
            Selection::InlineFragment(inline) => {
                self.selection_set(&inline.node.selection_set.node)?
            }
            Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
        };
        measure.selections = measure.selections.saturating_add(1);
        measure.directives = measure.directives.max(directives(selection));
        Ok(measure)
    }

    fn fragment(&mut self, name: &Name) -> Result<Measure, String> {
        match self.known.get(name) {
            Some(Some(measure)) => return Ok(*measure),
            Some(None) => return Err(format!("The fragment \"{name}\" spreads itself.")),
            None => {}
        }
        // An unknown fragment costs nothing here; validation names it.
        let Some(fragment) = self.fragments.get(name) else {
            return Ok(Measure::default());
        };
        self.known.insert(name.clone(), None);
        let mut measure = self.selection_set(&fragment.node.selection_set.node)?;
        measure.directives = measure.directives.max(fragment.node.directives.len());
        self.known.insert(name.clone(), Some(measure));
        Ok(measure)
    }
}

/// The directives written on a selection itself.
fn directives(selection: &Selection) -> usize {
    match selection {
        Selection::Field(field) => field.node.directives.len(),
        Selection::InlineFragment(inline) => inline.node.directives.len(),
        Selection::FragmentSpread(spread) => spread.node.directives.len(),
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
mod tests;
