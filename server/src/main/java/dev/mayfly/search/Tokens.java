package dev.mayfly.search;

import dev.mayfly.problem.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text cut into tokens, read one after the other. Not thread-safe. */
final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("(?<space>\\s+)"
            + "|(?<number>[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?(?![\\w.]))"
            + "|(?<word>[A-Za-z_][\\w.\\-/]*)"
            + "|`(?<back>[^`]*)`"
            + "|'(?<single>[^']*+(?:''[^']*+)*+)'"
            + "|\"(?<dquoted>[^\"]*+(?:\"\"[^\"]*+)*+)\""
            + "|(?<operator><=|>=|!=|<>|==|=|<|>)"
            + "|(?<mark>[(),])");

    private static final int LONGEST = 200_000;

    private final String what;
    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int comparisons;

    /** Cuts a text; {@code what} names it in messages. */
    Tokens(String what, String text) {
        if (text.length() > LONGEST) {
            throw Refused.invalid(
                    "Invalid " + what + " of " + text.length() + " characters (expected: at most " + LONGEST + ")");
        }
        this.what = what;
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        int from = 0;
        while (from < text.length()) {
            matcher.region(from, text.length());
            if (!matcher.lookingAt()) {
                throw wrong(from + 1, "'" + text.charAt(from) + "'", "a field, a value or an operator");
            }
            if (matcher.group("space") == null) {
                tokens.add(token(matcher, from + 1));
            }
            from = matcher.end();
        }
        tokens.add(new Token(Kind.END, "", text.length() + 1));
    }

    enum Kind {
        WORD,
        NUMBER,
        /** In single quotes. */
        TEXT,
        /** In double quotes: a key or a text, whatever is expected. */
        DOUBLE_QUOTED,
        /** In back quotes: a key. */
        KEY,
        OPERATOR,
        MARK,
        END
    }

    record Token(Kind kind, String text, int position) {

        boolean isWord(String word) {
            return kind == Kind.WORD && text.toUpperCase(Locale.ROOT).equals(word);
        }

        boolean isMark(String mark) {
            return kind == Kind.MARK && text.equals(mark);
        }

        private String shown() {
            return kind == Kind.END ? "the end" : "'" + text + "'";
        }
    }

    private static Token token(Matcher matcher, int position) {
        if (matcher.group("number") != null) {
            return new Token(Kind.NUMBER, matcher.group("number"), position);
        } else if (matcher.group("word") != null) {
            return new Token(Kind.WORD, matcher.group("word"), position);
        } else if (matcher.group("back") != null) {
            return new Token(Kind.KEY, matcher.group("back"), position);
        } else if (matcher.group("single") != null) {
            return new Token(Kind.TEXT, matcher.group("single").replace("''", "'"), position);
        } else if (matcher.group("dquoted") != null) {
            return new Token(Kind.DOUBLE_QUOTED, matcher.group("dquoted").replace("\"\"", "\""), position);
        } else if (matcher.group("operator") != null) {
            return new Token(Kind.OPERATOR, matcher.group("operator"), position);
        }
        return new Token(Kind.MARK, matcher.group("mark"), position);
    }

    /** Counts a comparison; returns how many there are so far. */
    int countsComparison() {
        return ++comparisons;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.kind() != Kind.END) {
            at++;
        }
        return token;
    }

    /** Takes the next token if it is this word. */
    boolean takesWord(String word) {
        boolean is = peek().isWord(word);
        if (is) {
            at++;
        }
        return is;
    }

    boolean takesMark(String mark) {
        boolean is = peek().isMark(mark);
        if (is) {
            at++;
        }
        return is;
    }

    /** A field: a word, whose key may be quoted. */
    Field field() {
        Token token = next();
        boolean quoted = token.kind() == Kind.KEY || token.kind() == Kind.DOUBLE_QUOTED;
        if (quoted) { // a key, or the whole of a field
            return Field.of(token.text(), token.position());
        }
        if (token.kind() != Kind.WORD) {
            throw wrong(token, "a field, such as metrics.auc or tags.team");
        }
        if (!token.text().endsWith(".")) {
            return Field.of(token.text(), token.position());
        }
        Token key = next();
        if (key.kind() != Kind.KEY && key.kind() != Kind.DOUBLE_QUOTED) {
            throw wrong(key, "a key after '" + token.text() + "'");
        }
        String entity = token.text().substring(0, token.text().length() - 1);
        return new Field(entity.toLowerCase(Locale.ROOT), key.text(), token.position());
    }

    Refused wrong(Token token, String expected) {
        return wrong(token.position(), token.shown(), expected);
    }

    private Refused wrong(int position, String got, String expected) {
        return Refused.invalid("Invalid clause(s) in " + what + " '" + text + "': position " + position + ": " + got
                + " (expected: " + expected + ")");
    }
}
