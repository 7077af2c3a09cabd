import { dateInWords, sizeInWords } from '../ui/words.ts';
import { attachmentSize } from './outlook-host.ts';
import { quotedHeading, type Block, type SampleMail } from './sample-mail.ts';

/** A mail as a person reads it: hidden text stays hidden. */
export function MailView({ mail }: { mail: SampleMail }) {
  return (
    <article aria-labelledby="mail-subject">
      <h2 id="mail-subject">{mail.subject}</h2>
      <p class="mail-people">
        <strong>{mail.from.name}</strong> <span class="hint">{mail.from.address}</span>
        <br />
        <span class="hint">
          To: {mail.to.map((person) => person.name).join('; ')}
          {mail.cc.length > 0 && ` · Cc: ${mail.cc.map((person) => person.name).join('; ')}`} · {dateInWords(mail.sent)}
        </span>
      </p>
      {mail.attachments.length > 0 && (
        <ul class="mail-attachments" aria-label="Attachments">
          {mail.attachments.map((attachment) => (
            <li key={attachment.id}>
              {attachment.name} <span class="hint">{sizeInWords(attachmentSize(attachment))}</span>
            </li>
          ))}
        </ul>
      )}
      <div class="mail-body">
        <Blocks blocks={mail.body} />
      </div>
    </article>
  );
}

function Blocks({ blocks }: { blocks: Block[] }) {
  return (
    <>
      {blocks.map((block, index) => (
        <BlockView key={index} block={block} />
      ))}
    </>
  );
}

function BlockView({ block }: { block: Block }) {
  if (typeof block === 'string') return <p>{block}</p>;
  if ('hidden' in block) return null;
  if ('signature' in block) return <p class="mail-lines">{block.signature.join('\n')}</p>;
  if ('list' in block) {
    return (
      <ul>
        {block.list.map((item) => (
          <li key={item}>{item}</li>
        ))}
      </ul>
    );
  }
  if ('table' in block) return <Table rows={block.table} />;
  return (
    <div class="mail-quoted">
      <p class="mail-lines">
        {quotedHeading(block.quoted).map(([name, value]) => (
          <span key={name}>
            <strong>{name}:</strong> {value}
            <br />
          </span>
        ))}
      </p>
      <Blocks blocks={block.quoted.body} />
    </div>
  );
}

function Table({ rows: [heading = [], ...rows] }: { rows: string[][] }) {
  return (
    <table>
      <thead>
        <tr>
          {heading.map((cell) => (
            <th key={cell} scope="col">
              {cell}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join()}>
            {row.map((cell) => (
              <td key={cell}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
