//! TXT records: texts.

use super::record_type::{RecordType, settled};
use crate::engine::prelude::*;

/// Manages a TXT record set in a private DNS zone, such as a proof of ownership.
#[derive(Model, Clone, Debug)]
pub struct Txt {
    /// Texts of the record set, 1 to 20.
    #[tf(min = 1, max = 20)]
    record: BlockSet<Record>,
}

/// A text.
#[derive(Model, Clone, Debug)]
struct Record {
    /// Text of the record, 1 to 1024 bytes in UTF-8. DNS strings have at most 255 bytes, so the
    /// provider writes a longer text as several strings.
    #[tf(check = Check::text(text))]
    value: String,
}

/// The property of ARM's record set with the texts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Wire {
    txt_records: Vec<Strings>,
}

/// A text as a list of strings. Their boundaries have no meaning.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Strings {
    value: Vec<String>,
}

impl RecordType for Txt {
    const NAME: &'static str = "azureai_private_dns_txt_record";
    const TYPE: &'static str = "Microsoft.Network/privateDnsZones/TXT";
    const AZURERM: &'static [AzurermType] = &[AzurermType::all("azurerm_private_dns_txt_record")];
    const LABEL: &'static str = "TXT records";
    const LIST: &'static str = "Lists TXT record sets in private DNS zones.";
    const DATA_SOURCE: &'static str =
        "Reads a TXT record set in a private DNS zone, regardless of its owner.";

    type Wire = Wire;

    fn write(&self, live: Option<&Wire>) -> Wire {
        let wanted = self.record.0.iter().map(|it| Strings { value: pieces(&it.value) }).collect();
        let live = live.map(|live| &*live.txt_records);
        Wire { txt_records: settled(live, wanted, |it| it.value.concat()) }
    }

    fn read(&mut self, live: &Wire) {
        let texts = live.txt_records.iter().map(|it| Record { value: it.value.concat() });
        self.record = BlockSet(texts.collect());
    }
}

/// The maximum length of a DNS string in bytes (RFC 1035, section 3.3).
const LONGEST: usize = 255;

/// The maximum length of a text in bytes: the limit of azurerm and of the national clouds. The
/// public cloud accepts more according to Microsoft's page "Azure private DNS records" (4096
/// characters in a record set).
const MOST: usize = 1024;

fn text(text: &str) -> Result<(), String> {
    if (1..=MOST).contains(&text.len()) {
        return Ok(());
    }
    Err(format!("The text has {} bytes in UTF-8; all clouds accept 1 to {MOST}.", text.len()))
}

/// Splits a text into strings of at most 255 bytes at character boundaries.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for letter in text.chars() {
        match pieces.last_mut().filter(|piece| piece.len() + letter.len_utf8() <= LONGEST) {
            Some(piece) => piece.push(letter),
            None => pieces.push(letter.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_split_into_strings() {
        let lengths = |text: &str| pieces(text).iter().map(String::len).collect::<Vec<_>>();
        assert_eq!(lengths("a"), [1]);
        assert_eq!(lengths(&"a".repeat(255)), [255]);
        assert_eq!(lengths(&"a".repeat(1024)), [255, 255, 255, 255, 4]);
        assert_eq!(lengths(&"ä".repeat(128)), [254, 2]);
        assert_eq!(pieces(&"ä".repeat(500)).concat(), "ä".repeat(500));
        assert!(text("").is_err() && text(&"a".repeat(1025)).is_err());
        assert_eq!(text(&"a".repeat(1024)), Ok(()));
    }

    #[test]
    fn other_boundaries_of_a_text_are_kept() {
        let text = "a".repeat(300);
        let cut = [254, 46].map(|length| "a".repeat(length)).to_vec();
        let live = Wire { txt_records: vec![Strings { value: cut.clone() }] };
        let mut own = Txt { record: BlockSet(Vec::new()) };
        own.read(&live);
        assert_eq!(own.record.0[0].value, text);
        assert_eq!(own.write(Some(&live)).txt_records[0].value, cut);
        assert_eq!(own.write(None).txt_records[0].value[0].len(), 255);
    }
}
