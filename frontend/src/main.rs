//! The browser's entry: starts the SPA and nothing else.

fn main() {
    hilo_frontend::start();
}
