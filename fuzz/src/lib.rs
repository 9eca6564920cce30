//! Shared parts of the fuzz targets: bytes as choices, values of a type, and an ARM that answers
//! from the input.

pub mod arm;
pub mod targets;
pub mod values;

/// Reads an input's bytes from the start, and zeros after its end.
pub struct Choices<'a>(pub &'a [u8]);

impl<'a> Choices<'a> {
    /// Reads one byte.
    pub fn byte(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    /// Chooses one of the items.
    pub fn one<'c, T>(&mut self, of: &'c [T]) -> &'c T {
        &of[usize::from(self.byte()) % of.len()]
    }

    /// Reads as many bytes as the next two bytes say, or all remaining bytes.
    pub fn piece(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()) << 8 | usize::from(self.byte());
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        piece
    }

    /// Reads a short text.
    pub fn text(&mut self) -> String {
        let length = usize::from(self.byte() % 32);
        let (piece, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        String::from_utf8_lossy(piece).into_owned()
    }

    /// Returns `true` if no bytes remain.
    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }
}
