//! Log in the form that Terraform reads: one JSON object per line on stderr, in hclog's format.
//!
//! Terraform parses each line and shows it under `TF_LOG` or `TF_LOG_PROVIDER`. It is strict: a
//! timestamp needs six fractional digits, a line of 64 KiB is split, and an `@message` that is not
//! a string crashes Terraform.

use serde_json::{Map, Value, json};
use std::fmt::{self, Write as _};
use std::io::{self, Write as _};
use std::panic::PanicHookInfo;
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{Layer, Registry};

/// Maximum length of a line. Terraform's buffer is 64 KiB.
const LONGEST_LINE: usize = 60 << 10;

const TIMESTAMP: &[FormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Words in the names of fields whose values are redacted.
const SECRETS: [&str; 5] = ["secret", "token", "password", "authorization", "assertion"];

/// Libraries that log each frame or byte. Only their warnings are logged.
const CHATTY: [&str; 9] =
    ["h2", "hyper", "hyper_util", "mio", "rustls", "tokio", "tokio_util", "tonic", "tower"];

/// Logs events and panics to stderr, at the level of `TF_LOG_PROVIDER` or `TF_LOG`. Without these
/// variables, logs only panics. `name` is the provider's name, such as `acme`. Only warnings of the
/// libraries in `quiet` are logged, because the provider logs their work itself.
pub fn init(name: &'static str, quiet: &'static [&'static str]) {
    std::panic::set_hook(Box::new(move |panic| report(name, panic)));
    let variable = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
    let level = variable("TF_LOG_PROVIDER").or_else(|| variable("TF_LOG"));
    let level = level.map_or(LevelFilter::OFF, |value| level_of(&value));
    if level != LevelFilter::OFF {
        let subscriber = Registry::default().with(Hclog { name, level, quiet, write: stderr });
        // Fails only if another subscriber is set, which then logs.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// Returns the level for a name. Like Terraform, treats unknown names, such as `JSON`, as TRACE.
fn level_of(value: &str) -> LevelFilter {
    match value.to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// Writes a line at once, so that lines of several threads never mix. Ignores a closed stderr.
fn stderr(line: &str) {
    let _ = io::stderr().lock().write_all(line.as_bytes());
}

/// Logs a panic. Calls catch panics and return a diagnostic, so the panic is an ordinary line. On
/// the main thread nothing catches it, and Terraform recognizes a crash by `panic: `.
fn report(name: &str, panic: &PanicHookInfo<'_>) {
    let payload = panic.payload();
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("no message");
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    if std::thread::current().name() == Some("main") {
        return stderr(&format!("panic: {text}\n\n{place}\n"));
    }
    let mut record = Map::new();
    record.insert("location".to_owned(), place.into());
    stderr(&line(record, Level::ERROR, &format!("provider.{name}"), &format!("panicked: {text}")));
}

/// Layer that passes complete lines to `write`.
struct Hclog<W> {
    name: &'static str,
    level: LevelFilter,
    quiet: &'static [&'static str],
    write: W,
}

/// Fields of a span, stored until its events are written.
struct Fields(Map<String, Value>);

impl<S, W> Layer<S> for Hclog<W>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: Fn(&str) + 'static,
{
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let library = metadata.target().split("::").next().unwrap_or_default();
        let level = if CHATTY.contains(&library) || self.quiet.contains(&library) {
            LevelFilter::WARN
        } else {
            LevelFilter::TRACE
        };
        *metadata.level() <= self.level.min(level)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut visitor = Visitor::default();
        attributes.record(&mut visitor);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Fields(visitor.fields));
        }
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        let mut visitor = Visitor::default();
        values.record(&mut visitor);
        if let Some(span) = context.span(id)
            && let Some(Fields(fields)) = span.extensions_mut().get_mut()
        {
            fields.append(&mut visitor.fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut visitor = Visitor::default();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(Fields(fields)) = span.extensions().get() {
                visitor.fields.extend(fields.clone());
            }
        }
        event.record(&mut visitor);
        let metadata = event.metadata();
        let module = format!("provider.{}.{}", self.name, metadata.target().replace("::", "."));
        (self.write)(&line(visitor.fields, *metadata.level(), &module, &visitor.message));
    }
}

/// Collects the fields of an event or span, with secrets redacted.
#[derive(Default)]
struct Visitor {
    message: String,
    fields: Map<String, Value>,
}

impl Visitor {
    fn put(&mut self, field: &Field, value: Value) {
        let name = field.name();
        let lower = name.to_ascii_lowercase();
        let secret = SECRETS.iter().any(|word| lower.contains(word));
        let value = if secret { json!("(redacted)") } else { value };
        match value {
            Value::String(text) if name == "message" => self.message = text,
            // hclog reserves names that begin with @.
            value => drop(self.fields.insert(name.trim_start_matches('@').to_owned(), value)),
        }
    }
}

impl Visit for Visitor {
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        // If a type's `Debug` fails, log the part that it wrote.
        let _ = write!(text, "{value:?}");
        self.put(field, text.into());
    }
}

/// Returns a line in hclog's format. Cuts the longest texts until the line is short enough.
fn line(mut record: Map<String, Value>, level: Level, module: &str, message: &str) -> String {
    let now = OffsetDateTime::now_utc().format(TIMESTAMP).unwrap_or_default();
    record.insert("@level".to_owned(), level.as_str().to_ascii_lowercase().into());
    record.insert("@message".to_owned(), message.into());
    record.insert("@module".to_owned(), module.into());
    record.insert("@timestamp".to_owned(), now.into());
    let mut record = Value::Object(record);
    loop {
        let mut line = record.to_string();
        if line.len() < LONGEST_LINE || !cut_longest(&mut record) {
            line.push('\n');
            return line;
        }
    }
}

/// Halves the longest text. Returns `false` if no text is long.
fn cut_longest(record: &mut Value) -> bool {
    let texts = record.as_object_mut().into_iter().flat_map(|fields| fields.values_mut());
    let texts = texts.filter_map(|value| match value {
        Value::String(text) => Some(text),
        _ => None,
    });
    let Some(longest) = texts.max_by_key(|text| text.len()).filter(|text| text.len() > 100) else {
        return false;
    };
    let middle = longest.len() / 2;
    let end = (0..=middle).rev().find(|end| longest.is_char_boundary(*end));
    longest.truncate(end.unwrap_or_default());
    longest.push_str(" (cut)");
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::mem;
    use std::sync::{Arc, Mutex};

    fn written(level: LevelFilter, say: impl FnOnce()) -> Vec<Value> {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let write = move |line: &str| {
            assert!(line.len() < 64 << 10 && line.ends_with('\n'), "{} bytes", line.len());
            sink.lock().unwrap().push(serde_json::from_str(line).unwrap());
        };
        let layer = Hclog { name: "acme", level, quiet: &["noisy"], write };
        tracing::subscriber::with_default(Registry::default().with(layer), say);
        // A test that sets a subscriber of its own may hold this one for a moment longer.
        mem::take(&mut *lines.lock().unwrap())
    }

    #[test]
    fn an_event_has_hclogs_fields_and_its_own() {
        let lines = written(LevelFilter::INFO, || {
            let _span = tracing::info_span!("call", resource = "acme_thing").entered();
            tracing::warn!(attempts = 3, done = false, "took {} tries", 3);
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["@level"], "warn");
        assert_eq!(line["@message"], "took 3 tries");
        assert_eq!(line["@module"], "provider.acme.terraform_plugin.log.tests");
        assert_eq!(line["attempts"], 3);
        assert_eq!(line["done"], false);
        assert_eq!(line["resource"], "acme_thing");
        let timestamp = line["@timestamp"].as_str().unwrap();
        let shape: String =
            timestamp.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
    }

    #[test]
    fn levels_have_terraforms_names() {
        for (value, level) in [
            ("trace", LevelFilter::TRACE),
            ("JSON", LevelFilter::TRACE),
            ("nonsense", LevelFilter::TRACE),
            ("Debug", LevelFilter::DEBUG),
            ("INFO", LevelFilter::INFO),
            ("WARN", LevelFilter::WARN),
            ("ERROR", LevelFilter::ERROR),
            ("off", LevelFilter::OFF),
        ] {
            assert_eq!(level_of(value), level, "{value}");
        }
    }

    #[test]
    fn lower_levels_and_chatty_libraries_are_omitted() {
        let lines = written(LevelFilter::DEBUG, || {
            tracing::trace!("too low");
            tracing::debug!(target: "h2::codec", "a frame");
            tracing::warn!(target: "h2::codec", "a broken frame");
        });
        let [line] = &lines[..] else { panic!("{lines:?}") };
        assert_eq!(line["@message"], "a broken frame");
    }

    #[test]
    fn secrets_are_redacted_in_events_and_spans() {
        let lines = written(LevelFilter::TRACE, || {
            let _span = tracing::info_span!("call", client_secret = "hidden").entered();
            tracing::info!(Authorization = "hidden", access_token = ?"hidden", "ready");
        });
        let text = lines[0].to_string();
        assert!(!text.contains("hidden"), "{text}");
        assert_eq!(text.matches("(redacted)").count(), 3, "{text}");
    }

    #[test]
    fn long_lines_are_cut_and_stay_valid() {
        let long = "\u{1}é".repeat(50_000);
        let lines = written(LevelFilter::TRACE, || {
            tracing::info!(body = %long, other = %long, "{long}");
        });
        assert!(lines[0]["@message"].as_str().unwrap().ends_with("(cut)"));
    }

    #[test]
    fn a_field_cannot_replace_the_message() {
        let lines = written(LevelFilter::TRACE, || {
            tracing::info!("@message" = 1, "@level" = true, message = 7);
        });
        assert!(lines[0]["@message"].is_string());
        assert_eq!(lines[0]["@level"], "info");
    }
}
