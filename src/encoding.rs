//! strict base64
