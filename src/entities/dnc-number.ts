import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import { PhoneNumberScalar } from './phone-number-scalar.js';

@Entity({ tableName: 'dnc_number' })
@ObjectType({ description: 'A number on the built-in do-not-call list.' })
export class DncNumber {
  @Field(() => PhoneNumberScalar, { description: 'The telephone number.' })
  @PrimaryKey({ type: 'text' })
  phoneNumber!: string;

  @Field(() => GraphQLDateTime, { description: 'When it was put on the list.' })
  @Property({ type: 'timestamptz' })
  addedAt!: Date;

  /**
   * A UUIDv7 of time and number, both of which it can be told from. Stored, it would cost a list of ten million numbers
   * half a gigabyte.
   */
  @Field(() => ID, { name: 'id', description: 'Opaque id.' })
  opaqueId(): string {
    const time = this.addedAt.getTime().toString(16).padStart(12, '0');
    const number = BigInt(this.phoneNumber.replace('+', '')).toString(16).padStart(15, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8${number.slice(0, 3)}-${number.slice(3)}`;
  }
}
