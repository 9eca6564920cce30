//! The fuzz targets, and the inputs that they share.

pub mod arm;
pub mod targets;
pub mod values;

/// An input, read from its beginning. Reads after its end return zeros.
pub struct Choices<'a>(pub &'a [u8]);

impl<'a> Choices<'a> {
    /// Reads a byte.
    pub fn byte(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    /// Chooses one of these.
    pub fn one<'c, T>(&mut self, of: &'c [T]) -> &'c T {
        &of[usize::from(self.byte()) % of.len()]
    }

    /// Reads as many bytes as the next two say, or all remaining bytes.
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
}
