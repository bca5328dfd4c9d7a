//! Journeys in a real browser, one a file: what an agent and a visitor see and do.

mod first_pages;
