/// Defines an enum with names in `snake_case` and a last member that keeps any other text as the vendor wrote it.
///
/// Reading compares without case and without spaces, `_` and `-`: vendors spell one value in several ways.
macro_rules! open_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident = $text:literal $(| $alias:literal)*,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$member_doc])* $member,)*
            /// A value that this crate has no name for, as the vendor wrote it.
            Other(String),
        }

        impl $name {
            /// Reads the vendor's text. Never fails: what is not known is kept.
            pub fn read(text: &str) -> Self {
                $(if $crate::open::same(text, $text) $(|| $crate::open::same(text, $alias))* { return Self::$member; })*
                Self::Other(text.to_owned())
            }

            /// The name in `snake_case`, or the vendor's own text.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$member => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

pub(crate) use open_enum;

/// Whether two texts are one but for the case of ASCII letters, spaces, `_` and `-`.
pub(crate) fn same(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

fn folded(text: &str) -> impl Iterator<Item = u8> {
    text.bytes()
        .filter(|byte| !matches!(byte, b' ' | b'_' | b'-'))
        .map(|byte| byte.to_ascii_lowercase())
}
