//! Output for the terminal: one line for each step, with dimmed output of other programs below it.

use std::io::IsTerminal as _;
use std::time::Duration;

/// Prints the title of a step.
pub(crate) fn step(text: &str) {
    println!("{} {text}", paint("1;36", "==>"));
}

/// Prints a line of another program, indented and dimmed.
pub(crate) fn aside(line: &str) {
    println!("    {}", paint("2", line));
}

/// Prints a successful result and the seconds that it took.
pub(crate) fn result(what: &str, seconds: f64) {
    println!("    {}  {seconds:5.2} s  {what}", paint("32", "ok"));
}

/// Prints the time that a step took.
pub(crate) fn took(time: Duration) {
    println!("    {}", paint("32", &format!("{:.2} s", time.as_secs_f64())));
}

/// Prints rows under a heading, each column as wide as its longest cell.
pub(crate) fn table<const N: usize>(heading: [&str; N], rows: &[[String; N]]) {
    let cells = |column: usize| rows.iter().map(move |row| row[column].as_str());
    let width = |column: usize| {
        cells(column).chain([heading[column]]).map(|cell| cell.chars().count()).max()
    };
    let widths: [usize; N] = std::array::from_fn(|column| width(column).unwrap_or_default());
    let line = |row: [&str; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    println!("\n    {}", paint("1", &line(heading)));
    for row in rows {
        println!("    {}", line(row.each_ref().map(String::as_str)));
    }
    println!();
}

/// Prints rows under a heading as a Markdown table.
pub(crate) fn markdown<const N: usize>(heading: [&str; N], rows: &[[String; N]]) {
    println!("| {} |\n|{}", heading.join(" | "), "---|".repeat(N));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

fn paint(code: &str, text: &str) -> String {
    if std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    } else {
        text.to_owned()
    }
}

/// Reports what a test leaves out. Writes to standard error directly, because the test runner
/// captures what a passing test prints with `eprintln!`.
#[cfg(test)]
pub(crate) fn not_tested(what: &str) {
    use std::io::Write as _;
    let text = format!("NOT TESTED: {what}\n");
    std::io::stderr().write_all(text.as_bytes()).expect("standard error is open");
}
