import { checkLength, textArgument } from './arguments.ts';
import { required, type FunctionImplementation } from './definition.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(index, index + 3);
    const missing = Math.max(0, index + 3 - bytes.length);
    const bits = (a << 16) | (b << 8) | c;
    const digits = [18, 12, 6, 0].map((shift) => alphabet[(bits >> shift) & 63] ?? '');
    text += digits.slice(0, 4 - missing).join('') + '='.repeat(missing);
  }
  return text;
}

/** UTF-16, low byte first, without a byte order mark: what .NET calls Unicode. */
function utf16Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[index * 2] = unit & 0xff;
    bytes[index * 2 + 1] = unit >> 8;
  }
  return bytes;
}

const convertToBase64: FunctionImplementation = {
  name: 'ConvertToBase64',
  family: 'encoding',
  description: 'Base64 of the bytes of the text in UTF-16, low byte first.',
  parameters: [required('source', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: [],
  example: {
    expression: 'ConvertToBase64("Hello world!")',
    input: {},
    result: 'SABlAGwAbABvACAAdwBvAHIAbABkACEA',
  },
  compile(call) {
    const source = textArgument(call, 0);
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      checkLength(text.length * 3, call);
      return base64(utf16Bytes(text.toWellFormed()));
    };
  },
};

const convertToUtf8Hex: FunctionImplementation = {
  name: 'ConvertToUTF8Hex',
  family: 'encoding',
  description: 'The bytes of the text in UTF-8 as hexadecimal digits in upper case, without separators.',
  parameters: [required('source', 'String')],
  returns: 'String',
  nulls: 'Null gives null.',
  errors: [],
  example: { expression: 'ConvertToUTF8Hex("Hello world!")', input: {}, result: '48656C6C6F20776F726C6421' },
  compile(call) {
    const source = textArgument(call, 0);
    const encoder = new TextEncoder();
    return (evaluation) => {
      const text = source(evaluation);
      if (text === null) return null;
      checkLength(text.length * 6, call);
      return Array.from(encoder.encode(text), (byte) => byte.toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase();
    };
  },
};

export const encodingFunctions = [convertToBase64, convertToUtf8Hex];
